// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.testkits.storage.Reads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies while it upgrades a file of an earlier version, at each of its writes. */
@Timeout(600)
class SqliteUpgradeTest {
  /** strace stops the process after each of these on the files of the history. */
  private static final String STEPS = "write,pwrite64,ftruncate,unlink,fsync,fdatasync";

  private static final List<String> FILES =
      List.of("history.db", "history.db-journal", "history.db-wal");

  /** Fewer would mean that strace stopped the process at some of them only. */
  private static final int LEAST_STEPS = 20;

  private final Path directory;

  SqliteUpgradeTest(@TempDir Path directory) {
    this.directory = directory;
  }

  /** The process that is to die. */
  static final class Upgrade {
    private Upgrade() {}

    public static void main(String[] args) throws Exception {
      new Stores(Path.of(args[0])).open(Map.of()).close();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anUpgradeThatIsKilledAtAnyStepGoesOnAtTheNextStart() throws Exception {
    Stores stores = new Stores(directory.resolve("upgraded"));
    FirstVersion.put(stores.file());
    Process strace = start(stores.directory());
    int steps = 0;
    int withJournal = 0;
    try {
      while (awaitStop(strace)) {
        Stores killed = new Stores(directory.resolve("killed-" + steps++));
        copy(stores.directory(), killed.directory());
        if (Files.exists(killed.directory().resolve("history.db-journal"))) {
          withJournal++;
        }
        try (SqliteHistoryStore store = killed.open(Map.of("checkOnStart", true))) {
          FirstVersion.check(store);
        }
        signal(java(strace).orElseThrow(), "CONT");
      }
    } finally {
      java(strace).ifPresent(ProcessHandle::destroyForcibly);
      strace.destroyForcibly();
    }
    assertThat(steps).isGreaterThan(LEAST_STEPS);
    assertThat(withJournal).isPositive();
    try (SqliteHistoryStore store = stores.open()) {
      FirstVersion.check(store);
    }
  }

  @Test
  void pagesOfAnOlderFileAreFoundBeforeAndAfterTheyAreListed() throws Exception {
    Stores stores = new Stores(directory.resolve("old"));
    FirstVersion.put(stores.file());
    try (SqliteHistoryStore store = stores.open()) {
      store.pauseIndex(true);
      Map<String, Long> expected = new HashMap<>();
      for (Entry entry : Reads.all(store.read(Window.all(Window.Order.OLDEST_FIRST)))) {
        expected.merge(entry.url(), 1L, Long::sum);
      }
      assertThat(pages(store)).isNotEmpty().isSubsetOf(expected.entrySet());
      Set<Map.Entry<String, Long>> before = pages(store);
      store.pauseIndex(false);
      store.awaitIndexed();
      assertThat(pages(store)).isEqualTo(before);
    }
  }

  private static Set<Map.Entry<String, Long>> pages(SqliteHistoryStore store) throws Exception {
    Map<String, Long> pages = new HashMap<>();
    for (Hit hit : store.search(new Search("before:9999", Search.MAX_LIMIT)).hits()) {
      pages.put(hit.url(), hit.visits());
    }
    return pages.entrySet();
  }

  private static Process start(Path folder) throws IOException {
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", "/dev/null"));
    for (String file : FILES) {
      command.addAll(List.of("-P", folder.resolve(file).toString()));
    }
    command.addAll(List.of("-e", "trace=" + STEPS, "-e", "inject=" + STEPS + ":signal=STOP"));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Upgrade.class.getName(),
            folder.toString()));
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolveSibling("said.txt").toFile())
          .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no strace: " + e.getMessage());
      throw e;
    }
  }

  /** Returns false if the process has ended, as it should. */
  private boolean awaitStop(Process strace) throws Exception {
    while (strace.isAlive()) {
      Optional<ProcessHandle> java = java(strace);
      if (java.isPresent() && isStopped(java.get().pid())) {
        return true;
      }
      Thread.onSpinWait();
    }
    assertThat(strace.exitValue())
        .as(Files.readString(directory.resolve("said.txt"), UTF_8))
        .isZero();
    return false;
  }

  private static Optional<ProcessHandle> java(Process strace) {
    return strace.children().findFirst();
  }

  /** All of its threads, since any of them may be the one that writes. */
  private static boolean isStopped(long process) throws IOException {
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + process + "/task"))) {
      for (Path task : tasks) {
        String stat = Files.readString(task.resolve("stat"));
        char state = stat.charAt(stat.lastIndexOf(')') + 2);
        if (state != 'T' && state != 't') {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      // A thread, or the process, has ended meanwhile.
      return false;
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
      for (Path file : files) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void signal(ProcessHandle process, String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
    assertThat(kill.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }
}
