// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Rank;

/**
 * Which shown visits a page has, by {@link Rank#key} of its URL. That is 8 bytes of a SHA-256: two
 * pages that share it, which nobody meets by accident, would be counted as one.
 */
final class PageVisits {
  private static final String NEXT =
      "SELECT position, url, transition, visit_time, origin FROM entry WHERE position > ? AND"
          + " deleted = 0 ORDER BY position LIMIT ?";

  private static final String ADD = "INSERT INTO page_visit VALUES (?, ?, ?, ?)";

  private static final String REMOVE =
      "DELETE FROM page_visit WHERE page = ? AND visit_time = ? AND position = ?";

  private PageVisits() {}

  /**
   * Lists what was merged since the last time, a step of it at most.
   *
   * @param yields whether to end when a merge comes
   * @return whether nothing is left
   */
  static boolean addSome(Writer writer, int most, boolean yields) throws SQLException {
    Counts counts = writer.counts();
    if (counts.paged() == counts.head()) {
      return true;
    }
    long last = counts.paged();
    int rows = 0;
    boolean cut = false;
    PreparedStatement add = writer.database().statement(ADD);
    try (ResultSet row = writer.database().bind(NEXT, last, most).executeQuery()) {
      while (!cut && row.next()) {
        rows++;
        last = row.getLong(1);
        if (Visibility.isShown(EntryRows.text(row, 3))) {
          add.setLong(1, Rank.key(EntryRows.text(row, 2)));
          add.setDouble(2, row.getDouble(4));
          add.setLong(3, last);
          add.setLong(4, row.getLong(5));
          add.executeUpdate();
        }
        cut = yields && writer.isAwaited();
      }
    }
    boolean all = rows < most && !cut;
    writer.count(counts.withPaged(all ? counts.head() : last));
    return all;
  }

  /** Forgets a version that stands no longer. */
  static void remove(Database database, Entry entry, long position) throws SQLException {
    database.update(REMOVE, Rank.key(entry.url()), entry.visitTimeMillis(), position);
  }
}
