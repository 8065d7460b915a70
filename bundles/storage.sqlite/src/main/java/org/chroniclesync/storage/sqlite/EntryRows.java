// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.FeedId;
import org.jspecify.annotations.Nullable;

/** An entry as columns, and back. */
final class EntryRows {
  /** What {@link #entry} reads, from {@link #TABLES}. */
  static final String COLUMNS =
      "e.position, o.id, d.platform, d.user_agent, d.browser_name, d.browser_version, e.visit,"
          + " e.url, e.title, e.visit_time, e.referring, e.transition, e.modified, e.deleted,"
          + " e.summary, e.extracted_at, e.unknown, f.id";

  /** The entries with what they share; for the order of their joins to be kept, CROSS. */
  static final String TABLES =
      "entry e CROSS JOIN origin o ON o.key = e.origin CROSS JOIN device d ON d.key = e.device"
          + " LEFT JOIN feed f ON f.key = e.source";

  private static final String WRITTEN =
      "position, origin, visit, device, source, modified, deleted, visit_time, url, title,"
          + " referring, transition, summary, extracted_at, unknown";
  private static final String PARAMETERS = "?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15";

  static final String INSERT_IF_NEW =
      "INSERT INTO entry ("
          + WRITTEN
          + ") VALUES ("
          + PARAMETERS
          + ")"
          + " ON CONFLICT (origin, visit) DO NOTHING";

  static final String REPLACE =
      "UPDATE entry SET (" + WRITTEN + ") = (" + PARAMETERS + ") WHERE origin = ?2 AND visit = ?3";

  static final String HELD =
      "SELECT " + COLUMNS + " FROM " + TABLES + " WHERE e.origin = ? AND e.visit = ?";

  private EntryRows() {}

  static void bind(
      PreparedStatement to, long position, long origin, long device, @Nullable Long source, Entry e)
      throws SQLException {
    PageSummary page = e.page();
    to.setLong(1, position);
    to.setLong(2, origin);
    to.setBytes(3, Text.key(e.visitId()));
    to.setLong(4, device);
    to.setObject(5, source);
    to.setLong(6, e.lastModifiedMillis());
    to.setInt(7, e.deleted() ? 1 : 0);
    to.setDouble(8, e.visitTimeMillis());
    to.setObject(9, Text.column(e.url()));
    to.setObject(10, Text.column(e.title()));
    to.setObject(11, Text.column(e.referringVisitId()));
    to.setObject(12, Text.column(e.transition()));
    to.setObject(13, page == null ? null : Text.column(page.summary()));
    to.setObject(14, page == null ? null : (Double) page.extractedAtMillis());
    to.setObject(15, Text.column(e.unknown().json()));
  }

  static long position(ResultSet row) throws SQLException {
    return row.getLong(1);
  }

  static Entry entry(ResultSet row) throws SQLException {
    try {
      return new Entry(
          device(row),
          Text.fromKey(row.getBytes(7)),
          text(row, 8),
          text(row, 9),
          row.getDouble(10),
          text(row, 11),
          text(row, 12),
          row.getLong(13),
          row.getInt(14) != 0,
          page(row),
          new UnknownFields(text(row, 17)));
    } catch (IllegalArgumentException e) {
      throw new SQLException("an entry that no store would have written: " + e.getMessage(), e);
    }
  }

  static @Nullable FeedId source(ResultSet row) throws SQLException {
    Object id = row.getObject(18);
    return id == null ? null : new FeedId(Text.value(id));
  }

  static Device device(ResultSet row) throws SQLException {
    return new Device(
        new DeviceId(Text.fromKey(row.getBytes(2))),
        text(row, 3),
        text(row, 4),
        text(row, 5),
        text(row, 6));
  }

  private static @Nullable PageSummary page(ResultSet row) throws SQLException {
    Object summary = row.getObject(15);
    return summary == null ? null : new PageSummary(Text.value(summary), row.getDouble(16));
  }

  static String text(ResultSet row, int column) throws SQLException {
    return Text.value(row.getObject(column));
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
