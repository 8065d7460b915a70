// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.chroniclesync.support.files.OwnCode;
import org.chroniclesync.support.files.OwnCode.Refusal;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/**
 * The bundles in a folder of the data folder. They are installed at each start, after those of the
 * distribution run: so none of them can take a package away from these. What is wrong with one
 * costs that one, even if its start never ends.
 *
 * <p>The shell shows what is wrong, and adds and removes files. Both know each other by a service
 * of the JDK's types, because they may have different classes of the same name.
 */
final class KeptBundles {
  /** The property of the service; its value is the folder. */
  static final String FOLDER = "chroniclesync.kept.bundles";

  private static final int MAX_FILES = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path folder;

  /** By file name, or by the folder: cause and remedy. */
  private final Map<String, List<String>> failures = new ConcurrentSkipListMap<>();

  private final Queue<Thread> starting = new ConcurrentLinkedQueue<>();

  KeptBundles(Path folder) {
    this.folder = folder;
  }

  /** Tells the shell, before it starts. */
  void register(BundleContext context) {
    Supplier<Map<String, List<String>>> shown = () -> Map.copyOf(failures);
    context.registerService(
        Supplier.class, shown, FrameworkUtil.asDictionary(Map.of(FOLDER, folder.toString())));
  }

  /** Installs and starts what is there, and waits for the starts, but not for long. */
  void start(BundleContext context) throws InterruptedException {
    // All are installed before the first one starts: one may need another.
    Map<String, Bundle> installed = new HashMap<>();
    for (Path file : files()) {
      Bundle bundle = install(context, file);
      if (bundle != null) {
        installed.put(name(file), bundle);
      }
    }
    installed.forEach(this::start);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (Thread one : starting) {
      one.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
    }
  }

  /** One that is still starting would hold up the end of the framework. */
  void stop() {
    starting.forEach(Thread::interrupt);
  }

  /** One sentence for each that does not run. */
  List<String> failures() {
    return failures.entrySet().stream()
        .map(
            one -> "bundle " + one.getKey() + " does not work: " + String.join(" ", one.getValue()))
        .toList();
  }

  private List<Path> files() {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    String all = String.valueOf(folder.getFileName());
    try {
      Refusal refusal = OwnCode.ofFolder(folder);
      if (refusal != null) {
        failed(all, refusal.cause() + " The node runs nothing from there.", refusal.remedy());
        return List.of();
      }
      List<Path> files = listed();
      if (files.size() > MAX_FILES) {
        failed(all, folder + " has more than " + MAX_FILES + " bundles.", "Remove some.");
      }
      return files.subList(0, Math.min(files.size(), MAX_FILES));
    } catch (IOException e) {
      failed(all, folder + " cannot be read: " + e + ".", "Check its owner.");
      return List.of();
    }
  }

  private List<Path> listed() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> name(file).endsWith(".jar") && !name(file).startsWith("."))
          .sorted()
          .toList();
    }
  }

  private @Nullable Bundle install(BundleContext context, Path file) {
    try {
      Refusal refusal = OwnCode.ofFile(file);
      if (refusal != null) {
        failed(name(file), refusal.cause(), refusal.remedy());
        return null;
      }
      Bundle bundle = context.installBundle(file.toUri().toString());
      if (bundle.getSymbolicName() != null) {
        return bundle;
      }
      bundle.uninstall();
      failed(name(file), "It is not a bundle: it has no symbolic name.", remove(file));
    } catch (IOException | BundleException | RuntimeException | Error e) {
      failed(name(file), "It cannot be installed: " + sentence(e), remove(file));
    }
    return null;
  }

  private void start(String name, Bundle bundle) {
    if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null) {
      return;
    }
    Thread thread =
        new Thread(
            () -> {
              try {
                bundle.start();
                failures.remove(name);
              } catch (BundleException e) {
                failed(name, reason(e), remove(folder.resolve(name)));
              } catch (RuntimeException | Error e) {
                failed(name, sentence(e), remove(folder.resolve(name)));
              }
            },
            "chroniclesync-kept-" + name);
    thread.setDaemon(true);
    starting.add(thread);
    failed(name, "It is still starting.", "Wait. If that does not end, ask its author.");
    thread.start();
  }

  private static String reason(BundleException e) {
    if (e.getType() == BundleException.RESOLVE_ERROR) {
      return "It cannot start: " + Missing.of(e);
    }
    return "It cannot start: " + sentence(e.getCause() == null ? e : e.getCause());
  }

  private static String sentence(Throwable e) {
    String said = e instanceof BundleException ? String.valueOf(e.getMessage()) : e.toString();
    return said.endsWith(".") ? said : said + ".";
  }

  private static String remove(Path file) {
    return "Replace " + file + " by one that works, or remove it, and start the node again.";
  }

  private void failed(String name, String cause, String remedy) {
    failures.put(name, List.of(cause, remedy));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
