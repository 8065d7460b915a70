// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The store in numbers, kept in step with the entries by each transaction.
 *
 * @param feed the name of the change feed
 * @param head the greatest position given out
 * @param entries visits without tombstones
 * @param tombstones deleted visits
 * @param indexed the position up to which the full-text index is complete
 * @param paged the position up to which the visits are listed by page
 */
record Counts(String feed, long head, long entries, long tombstones, long indexed, long paged) {
  static Counts load(Database database) throws SQLException {
    String sql = "SELECT feed, head, entries, tombstones, indexed, paged FROM meta WHERE one = 1";
    try (ResultSet row = database.statement(sql).executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the row of counts is missing");
      }
      return new Counts(
          row.getString(1),
          row.getLong(2),
          row.getLong(3),
          row.getLong(4),
          row.getLong(5),
          row.getLong(6));
    }
  }

  void save(Database database) throws SQLException {
    database.update(
        "UPDATE meta SET feed = ?, head = ?, entries = ?, tombstones = ?, indexed = ?,"
            + " paged = ? WHERE one = 1",
        feed,
        head,
        entries,
        tombstones,
        indexed,
        paged);
  }

  Counts withFeed(String name) {
    return new Counts(name, head, entries, tombstones, indexed, paged);
  }

  Counts withIndexed(long position) {
    return new Counts(feed, head, entries, tombstones, position, paged);
  }

  Counts withPaged(long position) {
    return new Counts(feed, head, entries, tombstones, indexed, position);
  }

  /** The counts after a version took a position. */
  Counts advanced(long position, int moreEntries, int moreTombstones) {
    return new Counts(
        feed, position, entries + moreEntries, tombstones + moreTombstones, indexed, paged);
  }
}
