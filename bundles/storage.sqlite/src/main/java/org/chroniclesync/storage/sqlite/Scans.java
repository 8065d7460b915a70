// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.Window;
import org.jspecify.annotations.Nullable;

/** Reads in the order of an index: chunks of the feed and of windows of time, and the devices. */
final class Scans {
  /**
   * Most rows of a chunk. A reader that stayed longer would keep SQLite from reusing its log, which
   * then grows with every merge.
   */
  static final int MAX_ROWS = 500;

  /** A chunk ends once it has this many characters; a row goes over it by its own at most. */
  static final long MAX_CHARS = 1 << 20;

  private static final byte[] BEFORE_ALL_IDS = {};

  /** No source, or one that is not known, has no key, and nothing came from it. */
  private static final String CHANGES =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM entry e WHERE e.position > ?1 AND e.position <= ?2 AND (e.source IS NULL"
          + " OR e.source <> ifnull((SELECT key FROM feed WHERE id = ?3), 0))"
          + " ORDER BY e.position LIMIT "
          + MAX_ROWS;

  private static final String WINDOW =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM "
          + EntryRows.BY_TIME
          + " WHERE e.deleted = 0 AND e.visit_time >= ? AND e.visit_time < ? AND ";

  private static final String OLDEST_FIRST =
      WINDOW
          + "(e.visit_time, o.id, e.visit) > (?, ?, ?)"
          + " ORDER BY e.visit_time, o.id, e.visit LIMIT "
          + MAX_ROWS;

  private static final String NEWEST_FIRST =
      WINDOW.replace("e.visit_time < ?", "e.visit_time <= ?")
          + "(e.visit_time, o.id, e.visit) < (?, ?, ?)"
          + " ORDER BY e.visit_time DESC, o.id DESC, e.visit DESC LIMIT "
          + MAX_ROWS;

  /** By the index of ids. */
  private static final String VISIT =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM entry e WHERE e.deleted = 0 AND e.origin = (SELECT key FROM origin WHERE id = ?1)"
          + " AND e.visit = ?2 AND e.visit_time >= ?3 AND e.visit_time < ?4";

  /** What a row lacks is told before it becomes an entry, which takes longest. */
  private static final String OF_PAGE =
      OLDEST_FIRST.replace("e.deleted = 0", "e.deleted = 0 AND e.url = ?");

  private static final String UNLISTED =
      " UNION ALL SELECT e.visit_time, e.position FROM entry e NOT INDEXED WHERE e.deleted = 0 AND"
          + " e.url = ?2 AND e.visit_time BETWEEN ?3 AND ?4 AND ";

  /** All visits of a page: those that are listed, those that no list shows, and the newest. */
  private static final String LISTED =
      "SELECT v.visit_time AS time, v.position FROM page p CROSS JOIN text t ON t.page = p.id CROSS"
          + " JOIN face f ON f.text = t.id CROSS JOIN page_visit v ON v.text = f.text AND v.device ="
          + " f.device AND v.visit_time BETWEEN ?3 AND ?4 WHERE p.hash = ?1 UNION ALL SELECT"
          + " h.visit_time, h.position FROM hidden_visit h WHERE h.page = ?1 AND h.visit_time"
          + " BETWEEN ?3 AND ?4"
          + (UNLISTED + "e.position > ?5")
          + (UNLISTED + "e.position <= ?6");

  /** The moment up to which there are enough for a chunk, those of the first moment aside. */
  private static final String ENOUGH =
      ("SELECT max(time) FROM (SELECT time FROM (" + LISTED + ") WHERE time > ?3 ORDER BY time")
          + (" LIMIT " + MAX_ROWS + ")");

  private static final String OF_LISTED_PAGE =
      ("SELECT " + EntryRows.COLUMNS + " FROM (" + LISTED + ") l CROSS JOIN entry e ON")
          + " e.position = l.position CROSS JOIN origin o ON o.key = e.origin WHERE e.deleted = 0"
          + " AND e.url = ?2 AND e.visit_time < ?7 AND (e.visit_time, o.id, e.visit) > (?8, ?9, ?10)"
          + (" ORDER BY e.visit_time, o.id, e.visit LIMIT " + MAX_ROWS);

  /** A bare column beside max() comes from the row that has the maximum. */
  private static final String DEVICES =
      "SELECT newest, o.id, d.platform, d.user_agent, d.browser_name, d.browser_version, visits"
          + " FROM (SELECT device, max(visit_time) AS newest, count(*) AS visits FROM entry"
          + " WHERE deleted = 0 GROUP BY origin) n"
          + " JOIN device d ON d.key = n.device JOIN origin o ON o.key = d.origin";

  private Scans() {}

  static List<Change> changes(Database database, long after, long upTo, @Nullable FeedId leftOut)
      throws SQLException {
    // No feed has an empty id.
    Object source = leftOut == null ? "" : Text.column(leftOut.value());
    List<Change> chunk = new ArrayList<>();
    long chars = 0;
    try (ResultSet row = database.bind(CHANGES, after, upTo, source).executeQuery()) {
      while (chars < MAX_CHARS && row.next()) {
        Entry entry = EntryRows.entry(database, row);
        chars += EntryRows.chars(entry);
        chunk.add(new Change(EntryRows.position(row), entry, EntryRows.source(database, row)));
      }
    }
    return chunk;
  }

  static List<Entry> window(Database database, Window window, @Nullable Entry last)
      throws SQLException {
    boolean rising = window.order() == Window.Order.OLDEST_FIRST;
    double edge = rising ? window.fromMillis() : window.untilMillis();
    double time = last == null ? edge : last.visitTimeMillis();
    byte[] device = last == null ? BEFORE_ALL_IDS : Text.key(last.device().id().value());
    byte[] visit = last == null ? BEFORE_ALL_IDS : Text.key(last.visitId());
    return chunk(
        database,
        database.bind(
            rising ? OLDEST_FIRST : NEWEST_FIRST,
            rising ? time : window.fromMillis(),
            rising ? window.untilMillis() : time,
            time,
            device,
            visit));
  }

  /** Returns the next visits that may belong to a selection. */
  static List<Entry> selected(Database database, Selection selection, @Nullable Entry last)
      throws SQLException {
    if (selection.visit() != null) {
      return last == null ? visit(database, selection, selection.visit()) : List.of();
    }
    double from = selection.fromMillis();
    double until = selection.untilMillis();
    if (selection.page() == null) {
      return window(database, new Window(from, until, Window.Order.OLDEST_FIRST), last);
    }
    double time = last == null ? from : last.visitTimeMillis();
    byte[] device = last == null ? BEFORE_ALL_IDS : Text.key(last.device().id().value());
    byte[] visit = last == null ? BEFORE_ALL_IDS : Text.key(last.visitId());
    Object url = Text.column(selection.page());
    Counts counts = Counts.load(database);
    if (counts.waiting() > Tail.MOST) {
      return chunk(database, database.bind(OF_PAGE, url, time, until, time, device, visit));
    }
    long page = Rank.key(selection.page());
    double most = until;
    try (ResultSet row =
        database
            .bind(ENOUGH, page, url, time, until, counts.listed(), counts.unlisted())
            .executeQuery()) {
      if (row.next()) {
        double enough = row.getDouble(1);
        most = row.wasNull() ? time : enough;
      }
    }
    return chunk(
        database,
        database.bind(
            OF_LISTED_PAGE,
            page,
            url,
            time,
            most,
            counts.listed(),
            counts.unlisted(),
            until,
            time,
            device,
            visit));
  }

  private static List<Entry> visit(Database database, Selection selection, EntryId id)
      throws SQLException {
    return chunk(
        database,
        database.bind(
            VISIT,
            Text.key(id.device().value()),
            Text.key(id.visitId()),
            selection.fromMillis(),
            selection.untilMillis()));
  }

  private static List<Entry> chunk(Database database, PreparedStatement bound) throws SQLException {
    List<Entry> chunk = new ArrayList<>();
    long chars = 0;
    try (ResultSet row = bound.executeQuery()) {
      while (chars < MAX_CHARS && row.next()) {
        Entry entry = EntryRows.entry(database, row);
        chars += EntryRows.chars(entry);
        chunk.add(entry);
      }
    }
    return chunk;
  }

  static DeviceTotals.Counted devices(Database database) throws SQLException {
    List<DeviceTotals.Total> devices = new ArrayList<>();
    try (ResultSet row = database.statement(DEVICES).executeQuery()) {
      while (row.next()) {
        devices.add(
            new DeviceTotals.Total(Shared.device(row, 2), row.getDouble(1), row.getLong(7)));
      }
    }
    return new DeviceTotals.Counted(Counts.load(database).head(), devices);
  }

  static Optional<String> mark(Database database, String name) throws SQLException {
    String sql = "SELECT value FROM mark WHERE name = ?";
    try (ResultSet row = database.bind(sql, Text.column(name)).executeQuery()) {
      return row.next() ? Optional.of(EntryRows.text(row, 1)) : Optional.empty();
    }
  }

  static Map<String, String> marks(Database database) throws SQLException {
    Map<String, String> marks = new HashMap<>();
    try (ResultSet row = database.statement("SELECT name, value FROM mark").executeQuery()) {
      while (row.next()) {
        marks.put(EntryRows.text(row, 1), EntryRows.text(row, 2));
      }
    }
    return Collections.unmodifiableMap(marks);
  }
}
