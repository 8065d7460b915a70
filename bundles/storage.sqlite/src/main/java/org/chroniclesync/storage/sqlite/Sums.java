// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.storage.Fingerprint;

/**
 * What a transaction does to the fingerprints of the {@link TimeTree}, gathered so that each bucket
 * is written once.
 */
final class Sums {
  private static final String HELD =
      "SELECT entries, high, low FROM bucket WHERE level = ? AND number = ?";
  private static final String WRITE = "INSERT OR REPLACE INTO bucket VALUES (?, ?, ?, ?, ?)";
  private static final String DROP = "DELETE FROM bucket WHERE level = ? AND number = ?";

  private Map<Long, Fingerprint> leaves = new HashMap<>();

  void add(Entry entry) {
    leaves.merge(leaf(entry), Fingerprint.EMPTY.plus(EntryDigest.of(entry)), Fingerprint::plus);
  }

  void remove(Entry entry) {
    leaves.merge(leaf(entry), Fingerprint.EMPTY.minus(EntryDigest.of(entry)), Fingerprint::plus);
  }

  private static Long leaf(Entry entry) {
    return TimeTree.leaf(entry.visitTimeMillis());
  }

  /** Returns how many leaves wait to be written. */
  int size() {
    return leaves.size();
  }

  /** Adds all of it to what the file holds, and begins anew. */
  void write(Database database) throws SQLException {
    Map<Long, Fingerprint> buckets = leaves;
    leaves = new HashMap<>();
    for (int level = 0; level <= TimeTree.TOP; level++) {
      Map<Long, Fingerprint> parents = new HashMap<>();
      for (Map.Entry<Long, Fingerprint> bucket : buckets.entrySet()) {
        write(database, level, bucket.getKey(), bucket.getValue());
        parents.merge(TimeTree.parent(bucket.getKey()), bucket.getValue(), Fingerprint::plus);
      }
      buckets = parents;
    }
  }

  private static void write(Database database, int level, long bucket, Fingerprint more)
      throws SQLException {
    if (more.equals(Fingerprint.EMPTY)) {
      return;
    }
    // Not in SQL, whose integers become doubles when they overflow.
    Fingerprint sum = held(database, level, bucket).plus(more);
    if (sum.count() == 0) {
      database.update(DROP, level, bucket);
    } else {
      database.update(WRITE, level, bucket, sum.count(), sum.high(), sum.low());
    }
  }

  private static Fingerprint held(Database database, int level, long bucket) throws SQLException {
    try (ResultSet row = database.bind(HELD, level, bucket).executeQuery()) {
      return row.next() ? fingerprint(row, 1) : Fingerprint.EMPTY;
    }
  }

  static Fingerprint fingerprint(ResultSet row, int column) throws SQLException {
    return new Fingerprint(row.getLong(column), row.getLong(column + 1), row.getLong(column + 2));
  }
}
