// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.browsers.Family;
import org.chroniclesync.support.browsers.Visit;
import org.chroniclesync.support.browsers.VisitTable;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A database, recognised by its tables. The file is never written. For one thread. */
final class SqliteFile {
  private static final int STEP = 10_000;
  private static final Kind CHROMIUM = new Kind("Chromium's database", "Chromium", Kind.EXACT);
  private static final Kind FIREFOX = new Kind("Firefox's database", "Firefox", Kind.EXACT);
  private static final Kind SAFARI = new Kind("Safari's database", "Safari", Kind.EXACT);
  private static final Kind ONE_HISTORY = new Kind("1History's database", "1History", Kind.EXACT);
  private static final String HISTORY_SYNC = "HistorySync's database";

  private final Connection connection;
  private final Intakes to;
  private final long now = System.currentTimeMillis();

  private SqliteFile(Connection connection, Intakes to) {
    this.connection = connection;
    this.to = to;
  }

  /** Reads a database in place, or a copy of it if the browser left something beside it. */
  static void read(Path file, Workplace workplace, Intakes to)
      throws IOException,
          SQLException,
          UnreadableException,
          StorageException,
          InterruptedException {
    Path log = beside(file, "-wal");
    Path journal = beside(file, "-journal");
    if (!isThere(log) && !isThere(journal)) {
      try (Connection connection = open(file.toUri() + "?immutable=1")) {
        new SqliteFile(connection, to).read();
      }
      return;
    }
    Path copy = workplace.keep(Files.newInputStream(file));
    for (String suffix : List.of("-wal", "-journal")) {
      if (isThere(beside(file, suffix))) {
        Files.move(
            workplace.keep(Files.newInputStream(beside(file, suffix))), beside(copy, suffix));
      }
    }
    readOwn(copy, to);
  }

  /** Reads a database that nobody else has. */
  static void readOwn(Path file, Intakes to)
      throws IOException,
          SQLException,
          UnreadableException,
          StorageException,
          InterruptedException {
    try (Connection connection = open(file.toString())) {
      new SqliteFile(connection, to).read();
    }
  }

  private static Path beside(Path file, String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  private static boolean isThere(Path file) throws IOException {
    return Files.isRegularFile(file) && Files.size(file) > 0;
  }

  private static Connection open(String file) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
    config.enableLoadExtension(false);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    Connection connection = source.getConnection();
    try (Statement statement = connection.createStatement()) {
      // What the schema of a strange file would like to run is not run.
      statement.execute("PRAGMA trusted_schema = OFF");
      statement.execute("PRAGMA query_only = ON");
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private void read()
      throws SQLException, UnreadableException, StorageException, InterruptedException {
    if (has("visits", "device", "visit_id", "last_modified")
        && has("devices", "id", "device_id", "browser_name")) {
      own();
    } else if (has("visits", "visit_time", "url", "transition") && has("urls", "id", "url")) {
      browser(Family.CHROMIUM, CHROMIUM);
    } else if (has("moz_historyvisits", "place_id", "visit_date")
        && has("moz_places", "id", "url")) {
      browser(Family.FIREFOX, FIREFOX);
    } else if (has("history_visits", "history_item", "visit_time") && has("history_items", "url")) {
      safari();
    } else if (has("onehistory_visits", "item_id", "visit_time") && has("onehistory_urls", "url")) {
      oneHistory();
    } else if (has("history", "url", "title", "visit_time", "browser_type")) {
      historySync();
    }
  }

  private boolean has(String table, String... columns) throws SQLException {
    return VisitTable.columns(connection, table).containsAll(Set.of(columns));
  }

  private long count(String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private void browser(Family family, Kind kind)
      throws SQLException, UnreadableException, StorageException, InterruptedException {
    VisitTable table = VisitTable.of(connection, family, now);
    long total = count(family.visitTable);
    Intake intake = to.of(kind);
    long done = 0;
    long row = 0;
    List<Visit> step = table.after(row, STEP);
    while (!step.isEmpty()) {
      for (Visit visit : step) {
        take(intake, family, visit);
      }
      row = step.get(step.size() - 1).row();
      done += step.size();
      to.reached(done, total);
      step = table.after(row, STEP);
    }
  }

  private static void take(Intake intake, Family family, Visit visit)
      throws StorageException, InterruptedException {
    String url = visit.url();
    if (visit.hidden() && visit.origin() != Visit.Origin.OTHER_DEVICE) {
      intake.skip(SkipReason.HIDDEN);
    } else if (url == null && visit.urlChars() > 0) {
      intake.skip(SkipReason.URL_TOO_LONG);
    } else {
      Visit.Referrer referrer = visit.referrer();
      intake.take(
          new FileVisit(
              url == null ? "" : url,
              visit.title(),
              visit.micros(),
              family.transition(visit.transition()),
              visit.origin(),
              name(visit.row(), visit.micros()),
              referrer == null ? null : name(referrer.row(), referrer.micros())));
    }
  }

  /** As a live profile names its visits: short on the wire. */
  private static String name(long row, long micros) {
    return row + "-" + Long.toString(micros, Character.MAX_RADIX);
  }

  /** Takes a row: the address, the title, the time, its transition, the browser. */
  private interface Taker {
    void take(ResultSet row)
        throws SQLException, UnreadableException, StorageException, InterruptedException;
  }

  /** Longest address and title are parameters 1 and 2. */
  private void rows(String table, String query, Taker taker)
      throws SQLException, UnreadableException, StorageException, InterruptedException {
    long total = count(table);
    long done = 0;
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setInt(1, Bounds.MAX_URL_CHARS + 1);
      statement.setInt(2, Bounds.MAX_TITLE_CHARS);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          taker.take(rows);
          if (++done % STEP == 0) {
            to.reached(done, total);
          }
        }
      }
    }
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Safari lists where a chain of redirects ended, and what it loaded. */
  private void safari()
      throws SQLException, UnreadableException, StorageException, InterruptedException {
    Set<String> columns = VisitTable.columns(connection, "history_visits");
    String redirected =
        columns.contains("redirect_destination") ? "v.redirect_destination" : "NULL";
    String loaded = columns.contains("load_successful") ? "v.load_successful" : "1";
    // 1: the visit came from another device.
    String origin = columns.contains("origin") ? "v.origin" : "0";
    String title = columns.contains("title") ? "v.title" : "NULL";
    Clock clock = Clock.of(Clock.Unit.SECONDS_SINCE_2001, now);
    Intake intake = to.of(SAFARI);
    rows(
        "history_visits",
        "SELECT substr(i.url, 1, ?), substr("
            + title
            + ", 1, ?), v.visit_time, "
            + redirected
            + " IS NOT NULL OR NOT "
            + loaded
            + ", "
            + origin
            + " FROM history_visits v LEFT JOIN history_items i ON i.id = v.history_item"
            + " ORDER BY v.id",
        row -> {
          if (row.getInt(4) != 0) {
            intake.skip(SkipReason.HIDDEN);
          } else if (row.getInt(5) == 1) {
            intake.skip(SkipReason.OTHER_DEVICE);
          } else {
            intake.take(
                FileVisit.of(
                    text(row.getString(1)),
                    text(row.getString(2)),
                    clock.micros(row.getDouble(3)),
                    FileVisit.LINK));
          }
        });
  }

  private void oneHistory()
      throws SQLException, UnreadableException, StorageException, InterruptedException {
    Clock clock = Clock.of(Clock.Unit.MICROS, now);
    Intake intake = to.of(ONE_HISTORY);
    rows(
        "onehistory_visits",
        "SELECT substr(u.url, 1, ?), substr(u.title, 1, ?), v.visit_time"
            + " FROM onehistory_visits v LEFT JOIN onehistory_urls u ON u.id = v.item_id"
            + " ORDER BY v.id",
        row ->
            intake.take(
                FileVisit.of(
                    text(row.getString(1)),
                    text(row.getString(2)),
                    clock.micros(row.getDouble(3)),
                    FileVisit.LINK)));
  }

  /** HistorySync keeps visits of all browsers, with whole seconds. */
  private void historySync()
      throws SQLException, UnreadableException, StorageException, InterruptedException {
    Clock clock = Clock.of(Clock.Unit.SECONDS, now);
    boolean typed = VisitTable.columns(connection, "history").contains("transition_type");
    Map<String, Kind> kinds = new HashMap<>();
    rows(
        "history",
        "SELECT substr(url, 1, ?), substr(title, 1, ?), visit_time, substr(browser_type, 1, 128), "
            + (typed ? "transition_type" : "NULL")
            + " FROM history ORDER BY id",
        row -> {
          String name = Shapes.browser(text(row.getString(4)));
          if (kinds.size() > Intakes.MAX_KINDS) {
            kinds.clear();
          }
          Kind kind = kinds.computeIfAbsent(name, key -> new Kind(HISTORY_SYNC, key, Kind.SECONDS));
          int transition = row.getInt(5);
          to.of(kind)
              .take(
                  FileVisit.of(
                      text(row.getString(1)),
                      text(row.getString(2)),
                      clock.micros(row.getDouble(3)),
                      row.wasNull() || transition < 0
                          ? FileVisit.LINK
                          : Family.ofBrowser(name).transition(transition)));
        });
  }

  private void own()
      throws SQLException, UnreadableException, StorageException, InterruptedException {
    Shapes shapes = new Shapes(to);
    rows(
        "visits",
        "SELECT substr(v.url, 1, ?), substr(v.title, 1, ?), v.visit_id, v.visit_time,"
            + " v.referring_visit_id, v.transition, v.last_modified, substr(v.summary, 1, 5000),"
            + " v.extracted_at, substr(v.unknown_members, 1, 5000), d.device_id, d.platform,"
            + " d.user_agent, d.browser_name, d.browser_version"
            + " FROM visits v JOIN devices d ON d.id = v.device ORDER BY v.id",
        row -> shapes.take(entry(row), ""));
  }

  private static Row entry(ResultSet row) throws SQLException {
    Row made = new Row();
    List<String> texts =
        List.of(
            "url",
            "title",
            "visitId",
            "visitTime",
            "referringVisitId",
            "transition",
            "lastModified",
            "summary",
            "extractedAt",
            EntryJson.UNKNOWN,
            "deviceId",
            "platform",
            "userAgent",
            "browserName",
            "browserVersion");
    for (int i = 0; i < texts.size(); i++) {
      String name = texts.get(i);
      Object value =
          switch (name) {
            case "visitTime", "extractedAt" -> row.getDouble(i + 1);
            case "lastModified" -> row.getLong(i + 1);
            default -> row.getString(i + 1);
          };
      if (value != null && !row.wasNull()) {
        made.put(name, value);
      }
    }
    return made;
  }
}
