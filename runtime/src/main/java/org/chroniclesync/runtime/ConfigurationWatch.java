// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks from time to time whether a file of configuration is another one, and then has all of them
 * read and applied anew. What cannot be read changes nothing, and is said once.
 */
final class ConfigurationWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 1_000;

  /** Reads and applies all files. */
  interface Reload {
    void run() throws ExitException, IOException;
  }

  private final List<Path> folders;
  private final Reload reload;
  private final PrintStream err;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "chroniclesync-configuration");
            thread.setDaemon(true);
            return thread;
          });

  /** By file: when it was changed, and its length. */
  private Map<Path, String> applied;

  private Map<Path, String> seen;

  /** Begins with the files as they are. */
  ConfigurationWatch(List<Path> folders, Reload reload, PrintStream err) throws IOException {
    this.folders = List.copyOf(folders);
    this.reload = reload;
    this.err = err;
    applied = files();
    seen = applied;
  }

  ConfigurationWatch start() {
    clock.scheduleWithFixedDelay(this::lookSafely, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    return this;
  }

  private void lookSafely() {
    // A task that throws would never run again.
    try {
      look();
    } catch (IOException | RuntimeException | Error e) {
      err.println("The configuration could not be looked at: " + e);
    }
  }

  /** A file that is still being written is another one at the next look. */
  void look() throws IOException {
    Map<Path, String> now = files();
    boolean settled = now.equals(seen);
    seen = now;
    if (!settled || now.equals(applied)) {
      return;
    }
    applied = now;
    try {
      reload.run();
    } catch (ExitException e) {
      err.println(e.getMessage() + " The configuration stays as it was.");
    }
  }

  private Map<Path, String> files() throws IOException {
    Map<Path, String> files = new TreeMap<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*.properties")) {
          for (Path file : all) {
            files.put(file, print(file));
          }
        }
      }
    }
    return files;
  }

  private static String print(Path file) {
    try {
      return Files.getLastModifiedTime(file) + " " + Files.size(file);
    } catch (IOException e) {
      return "unreadable"; // deleted meanwhile, or not for us
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
