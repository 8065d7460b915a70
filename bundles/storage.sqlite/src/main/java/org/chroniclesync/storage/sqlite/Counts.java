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
 * @param listed the position up to which visits are listed for searches, but for the older ones
 * @param unlisted of the visits that were there when the file was upgraded, those up to this
 *     position are not listed yet; they are from the newest to the oldest
 * @param older the position up to which visits were there when the file was upgraded
 */
record Counts(
    String feed, long head, long entries, long tombstones, long listed, long unlisted, long older) {
  static Counts load(Database database) throws SQLException {
    String sql =
        "SELECT feed, head, entries, tombstones, indexed, unlisted, older FROM meta WHERE one = 1";
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
          row.getLong(6),
          row.getLong(7));
    }
  }

  void save(Database database) throws SQLException {
    database.update(
        "UPDATE meta SET feed = ?, head = ?, entries = ?, tombstones = ?, indexed = ?,"
            + " unlisted = ? WHERE one = 1",
        feed,
        head,
        entries,
        tombstones,
        listed,
        unlisted);
  }

  /** Tells whether the visit at a position is listed. */
  boolean isListed(long position) {
    return position <= listed && position > unlisted;
  }

  /** How many positions wait to be listed. */
  long waiting() {
    return head - listed + unlisted;
  }

  Counts withFeed(String name) {
    return new Counts(name, head, entries, tombstones, listed, unlisted, older);
  }

  Counts withListed(long position) {
    return new Counts(feed, head, entries, tombstones, position, unlisted, older);
  }

  Counts withUnlisted(long position) {
    return new Counts(feed, head, entries, tombstones, listed, position, older);
  }

  /** The counts after a version took a position. */
  Counts advanced(long position, int moreEntries, int moreTombstones) {
    return new Counts(
        feed,
        position,
        entries + moreEntries,
        tombstones + moreTombstones,
        listed,
        unlisted,
        older);
  }
}
