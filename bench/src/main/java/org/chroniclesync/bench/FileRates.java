// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.BufferedWriter;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.crypto.Tags;
import org.chroniclesync.api.exporter.HistoryExport;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.rules.Judge;
import org.chroniclesync.api.rules.Pause;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.files.HistoryFiles;
import org.chroniclesync.storage.sqlite.SqliteHistoryStore;
import org.chroniclesync.testkits.history.SyntheticHistory;

/**
 * Imports a database of each kind into a SQLite store, and exports a long history. The processor
 * times are those of the thread that works, which does not make the index for searches.
 */
public final class FileRates {
  private static final int STEP = 10_000;
  private static final long CHROMIUM_EPOCH_MICROS = 11_644_473_600_000_000L;
  private static final double APPLE_EPOCH_MILLIS = 978_307_200_000d;

  private FileRates() {}

  private record Sqlite(List<String> tables, String page, String visit) {}

  private static final Map<String, Sqlite> FORMATS = formats();

  /** A line for each visit, between a first and a last text. */
  private record Text(String first, String between, String last, Function<Entry, String> line) {}

  private static final Map<String, Text> TEXTS = texts();

  private static Map<String, Text> texts() {
    Map<String, Text> texts = new LinkedHashMap<>();
    texts.put(
        "Takeout",
        new Text(
            "{\"Browser History\":[",
            ",",
            "]}",
            one ->
                "{\"favicon_url\":\"\",\"page_transition\":\"LINK\",\"title\":%s,\"url\":%s,\"client_id\":\"x\",\"time_usec\":%d}"
                    .formatted(json(one.title()), json(one.url()), micros(one))));
    texts.put(
        "Takeout, activity",
        new Text(
            "[",
            ",",
            "]",
            one ->
                "{\"header\":\"Chrome\",\"title\":%s,\"titleUrl\":%s,\"time\":\"%s\",\"products\":[\"Chrome\"]}"
                    .formatted(
                        json("Visited " + one.title()),
                        json(one.url()),
                        Instant.ofEpochMilli((long) one.visitTimeMillis()))));
    texts.put(
        "extension's JSON",
        new Text(
            "[",
            ",",
            "]",
            one ->
                "{\"id\":\"1\",\"lastVisitTime\":%d,\"title\":%s,\"url\":%s,\"visitCount\":1}"
                    .formatted(micros(one) / 1_000, json(one.title()), json(one.url()))));
    texts.put(
        "bookmark file",
        new Text(
            "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>History</TITLE><DL><p>\n",
            "\n",
            "</DL>",
            one ->
                "<DT><A HREF=\"%s\" ADD_DATE=\"1\" LAST_VISIT=\"%d\">%s</A>"
                    .formatted(
                        one.url().replace("&", "&amp;").replace("\"", "&quot;"),
                        micros(one) / 1_000_000,
                        one.title().replace("&", "&amp;").replace("<", "&lt;"))));
    texts.put(
        "Hister",
        new Text(
            "[",
            "\n,",
            "]",
            one ->
                "{\"url\":%s,\"title\":%s,\"html\":\"%s\",\"added\":%d,\"type\":0,\"processed\":true}"
                    .formatted(
                        json(one.url()),
                        json(one.title()),
                        "x".repeat(1_000),
                        micros(one) / 1_000_000)));
    texts.put(
        "browserexport",
        new Text(
            "",
            "\n",
            "",
            one ->
                "{\"url\":%s,\"dt\":%d.%06d,\"metadata\":{\"title\":%s,\"duration\":5}}"
                    .formatted(
                        json(one.url()),
                        micros(one) / 1_000_000,
                        micros(one) % 1_000_000,
                        json(one.title()))));
    texts.put(
        "other CSV",
        new Text(
            "url,title,timestamp\n",
            "\n",
            "",
            one ->
                "\"%s\",\"%s\",%d"
                    .formatted(
                        one.url().replace("\"", "\"\""),
                        one.title().replace("\"", "\"\""),
                        micros(one) / 1_000)));
    return texts;
  }

  private static long micros(Entry entry) {
    return (long) (entry.visitTimeMillis() * 1_000);
  }

  private static String json(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static Map<String, Sqlite> formats() {
    Map<String, Sqlite> formats = new LinkedHashMap<>();
    formats.put(
        "Chromium",
        new Sqlite(
            List.of(
                "CREATE TABLE urls (id INTEGER PRIMARY KEY, url TEXT, title TEXT)",
                "CREATE TABLE visits (id INTEGER PRIMARY KEY, url INTEGER, visit_time INTEGER,"
                    + " from_visit INTEGER, transition INTEGER)"),
            "INSERT INTO urls VALUES (?1, ?2, ?3)",
            "INSERT INTO visits VALUES (?1, ?1, CAST(?4 * 1000 AS INTEGER) + "
                + CHROMIUM_EPOCH_MICROS
                + ", ?1 - 1, 0x30000000)"));
    formats.put(
        "Firefox",
        new Sqlite(
            List.of(
                "CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT, title TEXT)",
                "CREATE TABLE moz_historyvisits (id INTEGER PRIMARY KEY, from_visit INTEGER,"
                    + " place_id INTEGER, visit_date INTEGER, visit_type INTEGER)"),
            "INSERT INTO moz_places VALUES (?1, ?2, ?3)",
            "INSERT INTO moz_historyvisits VALUES (?1, ?1 - 1, ?1, CAST(?4 * 1000 AS INTEGER), 1)"));
    formats.put(
        "Safari",
        new Sqlite(
            List.of(
                "CREATE TABLE history_items (id INTEGER PRIMARY KEY, url TEXT)",
                "CREATE TABLE history_visits (id INTEGER PRIMARY KEY, history_item INTEGER,"
                    + " visit_time REAL, title TEXT)"),
            "INSERT INTO history_items VALUES (?1, ?2)",
            "INSERT INTO history_visits VALUES (?1, ?1, (?4 - "
                + APPLE_EPOCH_MILLIS
                + ") / 1000, ?3)"));
    formats.put(
        "1History",
        new Sqlite(
            List.of(
                "CREATE TABLE onehistory_urls (id INTEGER PRIMARY KEY, url TEXT, title TEXT)",
                "CREATE TABLE onehistory_visits (id INTEGER PRIMARY KEY, item_id INTEGER, visit_time"
                    + " INTEGER, visit_type INTEGER)"),
            "INSERT INTO onehistory_urls VALUES (?1, ?2, ?3)",
            "INSERT INTO onehistory_visits VALUES (?1, ?1, CAST(?4 * 1000 AS INTEGER), 0)"));
    formats.put(
        "HistorySync",
        new Sqlite(
            List.of(
                "CREATE TABLE history (id INTEGER PRIMARY KEY, url TEXT, title TEXT, visit_time"
                    + " INTEGER, browser_type TEXT, transition_type INTEGER)"),
            "INSERT INTO history VALUES (?1, ?2, ?3, CAST(?4 / 1000 AS INTEGER), 'chrome', 0)",
            ""));
    return formats;
  }

  /**
   * Measures and prints.
   *
   * @param args how many visits each database has, and how many the export
   * @throws Exception if anything fails
   */
  public static void main(String[] args) throws Exception {
    int visits = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    int exported = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
    System.out.printf("%-22s %10s %12s %14s%n", "", "visits", "visits/s", "per processor s");
    for (Map.Entry<String, Sqlite> format : FORMATS.entrySet()) {
      try (TemporaryFolder folder = new TemporaryFolder();
          SqliteHistoryStore store = store(folder.path())) {
        Path file = folder.path().resolve("file");
        write(file, format.getValue(), visits);
        imported(format.getKey(), files(store), file);
      }
    }
    for (Map.Entry<String, Text> format : TEXTS.entrySet()) {
      try (TemporaryFolder folder = new TemporaryFolder();
          SqliteHistoryStore store = store(folder.path())) {
        Path file = folder.path().resolve("file");
        write(file, format.getValue(), visits);
        imported(format.getKey(), files(store), file);
      }
    }
    for (HistoryExport.Format format : HistoryExport.Format.values()) {
      try (TemporaryFolder folder = new TemporaryFolder();
          SqliteHistoryStore from = store(Files.createDirectory(folder.path().resolve("from")));
          SqliteHistoryStore store = store(folder.path())) {
        SyntheticHistory history = new SyntheticHistory(1, 3);
        for (int i = 0; i < visits; i += STEP) {
          from.merge(Batch.of(history.next(STEP)));
        }
        Path file = folder.path().resolve("export");
        files(from).write(HistoryExport.Request.all(format), file, false, progress -> {});
        imported("own " + format, files(store), file);
      }
    }
    try (TemporaryFolder folder = new TemporaryFolder();
        SqliteHistoryStore store = store(folder.path())) {
      SyntheticHistory history = new SyntheticHistory(1, 3);
      for (int i = 0; i < exported; i += STEP) {
        store.merge(Batch.of(history.next(STEP)));
      }
      HistoryFiles files = files(store);
      for (HistoryExport.Format format : HistoryExport.Format.values()) {
        Path file = folder.path().resolve("export." + format);
        measure(
            "export, " + format,
            () -> files.write(HistoryExport.Request.all(format), file, false, progress -> {}));
        System.out.printf("%-22s %,d bytes%n", "", Files.size(file));
        Files.delete(file);
      }
    }
  }

  private static void imported(String what, HistoryFiles files, Path file) throws Exception {
    for (boolean dry : new boolean[] {true, false}) {
      FileImport.Request request = new FileImport.Request(List.of(file), dry, null);
      measure(
          what + (dry ? ", read only" : ", stored"),
          () ->
              files.read(request, progress -> {}).stream()
                  .mapToLong(FileImport.Report::imported)
                  .sum());
    }
  }

  /** Without rules and pauses, which would take a node. */
  private static HistoryFiles files(HistoryStore store) {
    Judge judge = answering(Judge.class, "leavesOut", Optional.empty());
    return new HistoryFiles(
        new Stored(store),
        answering(Rules.class, "judge", judge),
        answering(Pause.class, "state", answering(Pause.State.class, "forgot", false)),
        answering(Identity.class, "tags", (Tags) FileRates::tag));
  }

  /** As an account makes them, of a key that is nobody's. */
  private static byte[] tag(String purpose, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(purpose.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return Arrays.copyOf(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)), Tags.BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HMAC-SHA-256", e);
    }
  }

  private static <T> T answering(Class<T> type, String name, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> method.getName().equals(name) ? answer : arguments[0]));
  }

  private interface Work {
    long run() throws Exception;
  }

  private static void measure(String what, Work work) throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    long began = System.nanoTime();
    long processor = threads.getCurrentThreadCpuTime();
    long count = work.run();
    double seconds = (System.nanoTime() - began) / 1e9;
    double busy = (threads.getCurrentThreadCpuTime() - processor) / 1e9;
    System.out.printf("%-22s %,10d %,12.0f %,14.0f%n", what, count, count / seconds, count / busy);
  }

  private static SqliteHistoryStore store(Path folder) {
    return Components.make(
        SqliteHistoryStore.class, Map.of("file", folder.resolve("history.db").toString()));
  }

  private static void write(Path file, Text format, int visits) throws Exception {
    SyntheticHistory history = new SyntheticHistory(1, 1);
    try (BufferedWriter to = Files.newBufferedWriter(file)) {
      String before = format.first();
      for (int row = 0; row < visits; row += STEP) {
        for (Entry entry : history.next(Math.min(STEP, visits - row))) {
          to.write(before);
          to.write(format.line().apply(entry));
          before = format.between();
        }
      }
      to.write(format.last());
    }
  }

  private static void write(Path file, Sqlite format, int visits) throws Exception {
    SyntheticHistory history = new SyntheticHistory(1, 1);
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String table : format.tables()) {
        statement.executeUpdate(table);
      }
      connection.setAutoCommit(false);
      List<PreparedStatement> inserts = new ArrayList<>();
      for (String insert : List.of(format.page(), format.visit())) {
        if (!insert.isEmpty()) {
          inserts.add(connection.prepareStatement(insert));
        }
      }
      int row = 0;
      while (row < visits) {
        for (Entry entry : history.next(Math.min(STEP, visits - row))) {
          row++;
          for (PreparedStatement insert : inserts) {
            bind(insert, row, entry);
          }
        }
      }
      connection.commit();
    }
  }

  private static void bind(PreparedStatement insert, int row, Entry entry) throws Exception {
    int parameters = insert.getParameterMetaData().getParameterCount();
    insert.setInt(1, row);
    if (parameters > 1) {
      // Some statements name only some of them.
      insert.setString(2, entry.url());
    }
    if (parameters > 2) {
      insert.setString(3, entry.title());
    }
    if (parameters > 3) {
      insert.setDouble(4, entry.visitTimeMillis());
    }
    insert.executeUpdate();
  }

  /** The store alone, without a node. */
  private record Stored(HistoryStore store) implements History {
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
      throw new UnsupportedOperationException();
    }

    @Override
    public Watch watch(Watcher watcher) {
      throw new UnsupportedOperationException("nobody watches here");
    }
  }
}
