// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.FeedId;
import org.jspecify.annotations.Nullable;

/** An entry as columns, and back. */
final class EntryRows {
  /** What {@link #entry} reads. */
  static final String COLUMNS =
      "e.position, e.device, e.source, e.visit, e.url, e.title, e.visit_time, e.referring,"
          + " e.transition, e.modified, e.deleted, e.summary, e.extracted_at, e.unknown";

  /** The entries in the order of time, and their devices' ids, by which equal times are ordered. */
  static final String BY_TIME =
      "entry e INDEXED BY entry_by_time CROSS JOIN origin o ON o.key = e.origin";

  private static final String COMMON =
      "position, origin, visit, device, source, modified, visit_time, url, title, referring,"
          + " transition";
  private static final String RARE = "deleted, summary, extracted_at, unknown";
  private static final String COMMON_PARAMETERS = "?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11";
  private static final String RARE_PARAMETERS = "?12,?13,?14,?15";

  static final String REPLACE =
      ("UPDATE entry SET (" + COMMON + ", " + RARE + ")")
          + (" = (" + COMMON_PARAMETERS + "," + RARE_PARAMETERS + ")")
          + " WHERE origin = ?2 AND visit = ?3";

  /** A tombstone has nothing else, so nothing else is bound. */
  static final String BURY =
      "UPDATE entry SET position = ?1, device = ?2, source = ?3, modified = ?4, visit_time = ?5,"
          + " deleted = 1, url = '', title = '', referring = '', transition = '', summary = NULL,"
          + " extracted_at = NULL, unknown = '' WHERE position = ?6";

  private static final String INSERT_IF_NEW = insertIfNew(RARE_PARAMETERS);

  /** What is bound costs more than what is written here, and nearly all entries are plain. */
  private static final String INSERT_PLAIN_IF_NEW = insertIfNew("0, NULL, NULL, ''");

  /**
   * So many visits are looked up at once, since the driver does as much for a question as SQLite.
   */
  static final int HELD_AT_ONCE = 64;

  /** What stands of visits of one device: its number, then their names. */
  static final String HELD =
      "SELECT "
          + COLUMNS
          + " FROM entry e WHERE e.origin = ? AND e.visit IN (?"
          + ", ?".repeat(HELD_AT_ONCE - 1)
          + ")";

  private EntryRows() {}

  private static String insertIfNew(String rare) {
    return ("INSERT INTO entry (" + COMMON + ", " + RARE + ")")
        + (" VALUES (" + COMMON_PARAMETERS + "," + rare + ")")
        + " ON CONFLICT (origin, visit) DO NOTHING";
  }

  /** Returns the statement that inserts an entry unless its visit is there. */
  static String insertIfNew(boolean plain) {
    return plain ? INSERT_PLAIN_IF_NEW : INSERT_IF_NEW;
  }

  /** Tells whether an entry has nothing that {@link #bindRare} would bind. */
  static boolean isPlain(Entry entry) {
    return !entry.deleted() && entry.page() == null && entry.unknown().json().isEmpty();
  }

  /** Binds what all statements want that write an entry. */
  static void bind(
      PreparedStatement to, Interned interned, long position, @Nullable Long source, Entry e)
      throws SQLException {
    to.setLong(1, position);
    to.setLong(2, interned.origin(e.device().id()));
    to.setBytes(3, Text.key(e.visitId()));
    to.setLong(4, interned.device(e.device()));
    to.setObject(5, source);
    to.setLong(6, e.lastModifiedMillis());
    to.setDouble(7, e.visitTimeMillis());
    to.setObject(8, Text.column(e.url()));
    to.setObject(9, Text.column(e.title()));
    to.setObject(10, Text.column(e.referringVisitId()));
    to.setObject(11, Text.column(e.transition()));
  }

  /** Binds what {@link #REPLACE} wants besides, and {@link #insertIfNew} for an entry not plain. */
  static void bindRare(PreparedStatement to, Entry e) throws SQLException {
    PageSummary page = e.page();
    to.setInt(12, e.deleted() ? 1 : 0);
    to.setObject(13, page == null ? null : Text.column(page.summary()));
    to.setObject(14, page == null ? null : (Double) page.extractedAtMillis());
    to.setObject(15, Text.column(e.unknown().json()));
  }

  /** Binds what {@link #BURY} wants: what takes the place of the version at a position. */
  static void bindTombstone(
      PreparedStatement to,
      Interned interned,
      long position,
      @Nullable Long source,
      Entry tombstone,
      long held)
      throws SQLException {
    to.setLong(1, position);
    to.setLong(2, interned.device(tombstone.device()));
    to.setObject(3, source);
    to.setLong(4, tombstone.lastModifiedMillis());
    to.setDouble(5, tombstone.visitTimeMillis());
    to.setLong(6, held);
  }

  static long position(ResultSet row) throws SQLException {
    return row.getLong(1);
  }

  static Entry entry(Database database, ResultSet row) throws SQLException {
    try {
      return new Entry(
          database.shared().device(row.getLong(2)),
          Text.fromKey(row.getBytes(4)),
          text(row, 5),
          text(row, 6),
          row.getDouble(7),
          text(row, 8),
          text(row, 9),
          row.getLong(10),
          row.getInt(11) != 0,
          page(row),
          unknown(row));
    } catch (IllegalArgumentException e) {
      throw new SQLException("an entry that no store would have written: " + e.getMessage(), e);
    }
  }

  static @Nullable FeedId source(Database database, ResultSet row) throws SQLException {
    long key = row.getLong(3);
    return row.wasNull() ? null : database.shared().feed(key);
  }

  private static @Nullable PageSummary page(ResultSet row) throws SQLException {
    double extractedAt = row.getDouble(13);
    return row.wasNull() ? null : new PageSummary(text(row, 12), extractedAt);
  }

  private static UnknownFields unknown(ResultSet row) throws SQLException {
    String json = text(row, 14);
    return json.isEmpty() ? UnknownFields.NONE : new UnknownFields(json);
  }

  static String text(ResultSet row, int column) throws SQLException {
    return Text.value(row.getBytes(column));
  }

  /** How many characters an entry keeps in memory, about. */
  static long chars(Entry entry) {
    PageSummary page = entry.page();
    return (long) entry.url().length()
        + entry.title().length()
        + entry.unknown().json().length()
        + (page == null ? 0 : page.summary().length());
  }
}
