// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.PeerId;

/**
 * Measures what a browser that writes all day costs the importer: makes a database, lets another
 * process write a visit into it every few seconds as a browser does, and prints what this process
 * read, wrote and computed meanwhile. Linux only. See bench/README.md.
 *
 * <p>Arguments: the family, megabytes of the database, seconds between visits, seconds in all.
 */
final class LiveCost {
  private static final int VISITS = 5_000;

  private LiveCost() {}

  public static void main(String[] args) throws Exception {
    Family family = Family.valueOf(args[0]);
    int megabytes = Integer.parseInt(args[1]);
    int everySeconds = Integer.parseInt(args[2]);
    int seconds = Integer.parseInt(args[3]);
    Path folder = Files.createTempDirectory("chroniclesync-cost");
    FakeProfile profile = FakeProfile.empty(family, folder.resolve("profile"));
    profile.visits(1, VISITS);
    try (Connection connection = profile.open();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("CREATE TABLE filler (content)");
      statement.execute(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
              + megabytes
              + ") INSERT INTO filler SELECT randomblob(1000000) FROM n");
      connection.commit();
    }
    Path temporary = Files.createDirectories(folder.resolve("temporary"));
    MemoryHistory history = new MemoryHistory();
    Settings settings = Settings.defaults(List.of(profile.directory()));
    Process browser =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                family.name(),
                profile.directory().toString(),
                Integer.toString(everySeconds))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (Importer importer =
        new Importer(
                history,
                new PeerId("peer"),
                settings,
                () -> null,
                ProfileFinder.ofThisMachine(),
                temporary)
            .start()) {
      importer.importNow();
      Usage before = Usage.now();
      int entries = history.entries().size();
      Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
      before.print(seconds, history.entries().size() - entries);
    } finally {
      browser.getOutputStream().close();
      browser.waitFor();
    }
  }

  private record Usage(long read, long written, long cpuNanos) {
    static Usage now() throws Exception {
      List<String> io = Files.readAllLines(Path.of("/proc/self/io"));
      long cpu = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
      return new Usage(value(io, "rchar"), value(io, "wchar"), cpu);
    }

    private static long value(List<String> lines, String name) {
      return lines.stream()
          .filter(line -> line.startsWith(name + ": "))
          .mapToLong(line -> Long.parseLong(line.substring(name.length() + 2)))
          .sum();
    }

    void print(int seconds, int visits) throws Exception {
      Usage after = now();
      double hours = seconds / 3600.0;
      System.out.printf(
          Locale.ROOT,
          "an hour: %.0f MB read, %.0f MB written, %.1f s of processor; %d visits arrived%n",
          (after.read - read) / 1e6 / hours,
          (after.written - written) / 1e6 / hours,
          (after.cpuNanos - cpuNanos) / 1e9 / hours,
          visits);
    }
  }

  /**
   * Holds the database as the browser does, and writes a visit now and then, until it is closed.
   */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      Family family = Family.valueOf(args[0]);
      FakeProfile profile = new FakeProfile(family, Path.of(args[1]));
      int millis = Integer.parseInt(args[2]) * 1_000;
      try (Connection connection = profile.open()) {
        run(connection, "PRAGMA locking_mode = EXCLUSIVE");
        // Firefox copies its log back when it has 62 pages.
        run(
            connection,
            family == Family.FIREFOX
                ? "PRAGMA wal_autocheckpoint = 62"
                : "PRAGMA journal_mode = TRUNCATE");
        Thread end = new Thread(Writer::endWithInput);
        end.setDaemon(true);
        end.start();
        for (long row = 10_000; true; row++) {
          long now = System.currentTimeMillis() * 1_000;
          profile.visit(connection, row, "http://live.example/" + row, "Live " + row, now, 0, 1);
          Thread.sleep(millis);
        }
      }
    }

    private static void run(Connection connection, String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }

    private static void endWithInput() {
      try {
        if (System.in.read() < 0) {
          Runtime.getRuntime().halt(0);
        }
      } catch (IOException e) {
        Runtime.getRuntime().halt(1);
      }
    }
  }
}
