// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A browser's profile for the demo: written by the browser now, or else taken from the repository.
 */
final class DemoProfile {
  private static final String KEPT = "bundles/importer.browser/src/test/resources/profiles";
  private static final String MAKER = "runtime/src/demo/make-profile/make-profiles.sh";
  private static final int PAGES = 40;
  private static final long BROWSER_SECONDS = 120;
  private static final int NOT_INSTALLED = 3;

  /** Which family the profile is of. */
  enum Browser {
    CHROMIUM("Chromium", "History"),
    FIREFOX("Firefox", "places.sqlite");

    private final String title;
    private final String database;

    Browser(String title, String database) {
      this.title = title;
      this.database = database;
    }

    String title() {
      return title;
    }

    String database() {
      return database;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Browser browser;
  private final Path folder;
  private final boolean real;

  private DemoProfile(Browser browser, Path folder, boolean real) {
    this.browser = browser;
    this.folder = folder;
    this.real = real;
  }

  static DemoProfile make(Browser browser, Path root, Path folder)
      throws IOException, InterruptedException, ExitException {
    int code = maker(root, folder, browser.word(), folder.toString(), String.valueOf(PAGES));
    if (code == 0) {
      return new DemoProfile(browser, folder, true);
    }
    if (code != NOT_INSTALLED) {
      System.out.println(
          browser.title() + " is installed but wrote no profile; using the one in the repository.");
    }
    Path kept = root.resolve(KEPT).resolve(browser.word());
    if (!Files.isDirectory(kept)) {
      throw new ExitException(
          Exit.NOT_READY, browser.title() + " is not installed, and " + kept + " is missing.");
    }
    copy(kept, folder);
    return new DemoProfile(browser, folder, false);
  }

  Browser browser() {
    return browser;
  }

  Path folder() {
    return folder;
  }

  boolean isReal() {
    return real;
  }

  String origin() {
    return real
        ? "written just now by the installed " + browser.title()
        : "from the repository; a real " + browser.title() + " wrote it earlier";
  }

  /**
   * Adds one visit.
   *
   * @return how it was made, for the person who watches
   */
  String visit(Path root, String url, String title)
      throws IOException, InterruptedException, ExitException {
    if (real && maker(root, folder, "visit", browser.word(), folder.toString(), url, title) == 0) {
      return "visited with " + browser.title();
    }
    try (ProfileDatabase database = new ProfileDatabase(browser, database())) {
      database.add(url, title);
    }
    return "written into the profile's database";
  }

  /** Adds many visits of a seeded generator. */
  void generate(int count, long seed) throws ExitException {
    try (ProfileDatabase database = new ProfileDatabase(browser, database())) {
      database.generate(count, seed);
    }
  }

  private Path database() throws ExitException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.getFileName().toString().equals(browser.database()))
          .filter(Files::isRegularFile)
          .findFirst()
          .orElseThrow(() -> new IOException("no " + browser.database() + " in " + folder));
    } catch (IOException e) {
      throw new ExitException(Exit.UNEXPECTED, "The profile cannot be used: " + e.getMessage());
    }
  }

  private static int maker(Path root, Path folder, String... words)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add("sh");
    line.add(root.resolve(MAKER).toString());
    line.addAll(List.of(words));
    Path log = folder.resolveSibling(folder.getFileName() + ".log");
    Process maker =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      if (maker.waitFor(BROWSER_SECONDS, TimeUnit.SECONDS)) {
        return maker.exitValue();
      }
      return -1;
    } finally {
      Children.end(maker.toHandle());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
