// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Brings together what FTS5 has written apart. A search reads each segment for each of its words
 * and grades, so it takes half as long again with some that are nearly as large as the largest. For
 * the thread of the indexer.
 */
final class Settling {
  /** Leaves that are written in a step. */
  private static final int PAGES = 500;

  /** After fewer texts nothing can have changed that matters. */
  private static final int FEW_TEXTS = 1_000;

  /** So much of the index is in its largest segment, or it is worth the writing. */
  private static final double SETTLED = 0.75;

  private static final String LEAVES =
      "SELECT count(*) FROM search_idx GROUP BY segid ORDER BY 1 DESC";

  private static final String MERGE =
      "INSERT INTO search (search, rank) VALUES ('merge', -" + PAGES + ")";

  private long texts = FEW_TEXTS;
  private boolean underway;

  /** Some texts came into the index, or went. */
  void changed(int count) {
    texts += count;
  }

  /** Takes a step if it is worth it. Returns whether nothing is left. */
  boolean step(Database database) throws SQLException {
    if (!underway) {
      if (texts < FEW_TEXTS) {
        return true;
      }
      texts = 0;
      underway = isScattered(database);
      if (!underway) {
        return true;
      }
    }
    long before = database.number("SELECT total_changes()");
    database.execute(MERGE);
    // The command itself counts as one.
    underway = database.number("SELECT total_changes()") - before > 1;
    return !underway;
  }

  private static boolean isScattered(Database database) throws SQLException {
    long largest = 0;
    long all = 0;
    try (ResultSet row = database.statement(LEAVES).executeQuery()) {
      while (row.next()) {
        largest = Math.max(largest, row.getLong(1));
        all += row.getLong(1);
      }
    }
    return all > PAGES && largest < SETTLED * all;
  }
}
