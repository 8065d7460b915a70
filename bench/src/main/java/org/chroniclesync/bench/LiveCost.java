// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.importer.browser.BrowserImporter;
import org.chroniclesync.storage.memory.MemoryHistoryStore;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a browser that writes all day costs the importer: makes a database, lets another
 * process write a visit into it every few seconds as a browser does, and prints what this process
 * read, wrote and computed meanwhile. Linux only.
 *
 * <p>Arguments: the family (chromium or firefox), megabytes of the database, seconds between
 * visits, seconds in all.
 */
final class LiveCost {
  private static final int VISITS = 5_000;
  private static final long CHROMIUM_EPOCH_MICROS = 11_644_473_600_000_000L;

  private static final Judge ALL =
      new Judge() {
        @Override
        public String digest() {
          return "";
        }

        @Override
        public Optional<Rule> leavesOut(String url, double visitMillis, DeviceId device) {
          return Optional.empty();
        }

        @Override
        public String cut(String url) {
          return url;
        }
      };

  private static final Pause.State NEVER =
      new Pause.State() {
        @Override
        public @Nullable Instant until() {
          return null;
        }

        @Override
        public boolean forgets() {
          return false;
        }

        @Override
        public boolean forgot(double visitMillis) {
          return false;
        }
      };

  private LiveCost() {}

  public static void main(String[] args) throws Exception {
    String family = args.length > 0 ? args[0] : "chromium";
    int megabytes = args.length > 1 ? Integer.parseInt(args[1]) : 500;
    String every = args.length > 2 ? args[2] : "10";
    int seconds = args.length > 3 ? Integer.parseInt(args[3]) : 120;
    try (TemporaryFolder folder = new TemporaryFolder()) {
      measure(folder.path(), family, megabytes, every, seconds);
    }
  }

  private static void measure(Path folder, String family, int megabytes, String every, int seconds)
      throws Exception {
    Path database = folder.resolve(family.equals("firefox") ? "places.sqlite" : "History");
    make(family, database, megabytes);
    Process browser = start(family, database, every);
    Store history = new Store(new MemoryHistoryStore(1_000_000));
    BrowserImporter importer =
        new BrowserImporter(
            history,
            answering(Identity.class, new PeerId("bench")),
            answering(Rules.class, ALL),
            answering(Pause.class, NEVER),
            config(folder));
    call(importer, "start");
    try {
      importer.importNow();
      Usage before = Usage.now();
      long entries = history.entries();
      Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
      before.print(seconds, history.entries() - entries);
    } finally {
      browser.getOutputStream().close();
      browser.waitFor();
      call(importer, "stop");
    }
  }

  /** As the component runtime does. */
  private static void call(BrowserImporter importer, String name) throws Exception {
    Method method = BrowserImporter.class.getDeclaredMethod(name);
    method.setAccessible(true);
    method.invoke(importer);
  }

  private static Process start(String family, Path database, String every) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            family,
            database.toString(),
            every)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** A service that says the same to each question. */
  private static <T> T answering(Class<T> service, Object answer) {
    return service.cast(
        Proxy.newProxyInstance(
            LiveCost.class.getClassLoader(),
            new Class<?>[] {service},
            (proxy, method, none) -> answer));
  }

  private static BrowserImporter.Config config(Path folder) {
    return (BrowserImporter.Config)
        Proxy.newProxyInstance(
            LiveCost.class.getClassLoader(),
            new Class<?>[] {BrowserImporter.Config.class},
            (proxy, method, none) ->
                method.getName().equals("profiles")
                    ? new String[] {folder.toString()}
                    : method.getDefaultValue());
  }

  /** A history that does no I/O. */
  private record Store(HistoryStore store) implements History {
    @Override
    public MergeResult merge(Batch batch) throws StorageException {
      return store.merge(batch);
    }

    @Override
    public <R> R borrow(Operation<R> operation) throws StorageException {
      return operation.apply(store);
    }

    @Override
    public Deletions deletions() {
      throw new UnsupportedOperationException("an importer deletes nothing");
    }

    @Override
    public Watch watch(Watcher watcher) {
      throw new UnsupportedOperationException("nobody watches here");
    }

    long entries() throws StorageException {
      return store.state().entries();
    }
  }

  // --- The browser ------------------------------------------------------------------------------

  private static void make(String family, Path database, int megabytes) throws SQLException {
    try (Connection connection = open(database)) {
      run(connection, "PRAGMA journal_mode = " + (family.equals("firefox") ? "WAL" : "TRUNCATE"));
      connection.setAutoCommit(false);
      for (String sql : schema(family)) {
        run(connection, sql);
      }
      run(connection, "CREATE TABLE filler (content)");
      run(
          connection,
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
              + megabytes
              + ") INSERT INTO filler SELECT randomblob(1000000) FROM n");
      long first = System.currentTimeMillis() * 1_000 - VISITS * 1_000_000L;
      for (int row = 1; row <= VISITS; row++) {
        visit(connection, family, row, first + row * 1_000_000L);
      }
      connection.commit();
    }
  }

  private static List<String> schema(String family) {
    return family.equals("firefox")
        ? List.of(
            "CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT, title TEXT)",
            "CREATE TABLE moz_historyvisits (id INTEGER PRIMARY KEY, from_visit INTEGER,"
                + " place_id INTEGER, visit_date INTEGER, visit_type INTEGER)",
            "CREATE INDEX by_place ON moz_historyvisits (place_id, visit_date)",
            "CREATE INDEX by_date ON moz_historyvisits (visit_date)")
        : List.of(
            "CREATE TABLE urls (id INTEGER PRIMARY KEY, url TEXT, title TEXT)",
            "CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER,"
                + " from_visit INTEGER, transition INTEGER)",
            "CREATE INDEX by_url ON visits (url)",
            "CREATE INDEX by_time ON visits (visit_time)");
  }

  private static Connection open(Path database) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + database);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void visit(Connection connection, String family, int row, long unixMicros)
      throws SQLException {
    boolean firefox = family.equals("firefox");
    try (PreparedStatement page =
            connection.prepareStatement(
                "INSERT INTO " + (firefox ? "moz_places" : "urls") + " VALUES (?, ?, ?)");
        PreparedStatement visit =
            connection.prepareStatement(
                firefox
                    ? "INSERT INTO moz_historyvisits (id, place_id, visit_date, from_visit,"
                        + " visit_type) VALUES (?, ?, ?, 0, 1)"
                    : "INSERT INTO visits (id, url, visit_time, from_visit, transition)"
                        + " VALUES (?, ?, ?, 0, 805306368)")) {
      page.setInt(1, row);
      page.setString(2, "http://live.example/" + row);
      page.setString(3, "Live " + row);
      page.executeUpdate();
      visit.setInt(1, row);
      visit.setInt(2, row);
      visit.setLong(3, firefox ? unixMicros : unixMicros + CHROMIUM_EPOCH_MICROS);
      visit.executeUpdate();
    }
  }

  /**
   * Holds the database as the browser does, and writes a visit now and then, until it is closed.
   */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws Exception {
      String family = args[0];
      long millis = Integer.parseInt(args[2]) * 1_000L;
      try (Connection connection = open(Path.of(args[1]))) {
        run(connection, "PRAGMA locking_mode = EXCLUSIVE");
        // Firefox copies its log back when it has 62 pages.
        run(
            connection,
            family.equals("firefox")
                ? "PRAGMA wal_autocheckpoint = 62"
                : "PRAGMA journal_mode = TRUNCATE");
        Thread end = new Thread(Writer::endWithInput);
        end.setDaemon(true);
        end.start();
        for (int row = VISITS + 1; true; row++) {
          connection.setAutoCommit(false);
          visit(connection, family, row, System.currentTimeMillis() * 1_000);
          connection.commit();
          Thread.sleep(millis);
        }
      }
    }

    private static void endWithInput() {
      try {
        while (System.in.read() >= 0) {
          // Nothing comes.
        }
      } catch (IOException e) {
        // Then nobody waits for it.
      }
      Runtime.getRuntime().halt(0);
    }
  }

  // --- What it costs ----------------------------------------------------------------------------

  private record Usage(long read, long written, long cpuNanos) {
    static Usage now() throws IOException {
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

    void print(int seconds, long visits) throws IOException {
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
}
