// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.storage.Fingerprint;

/**
 * What a transaction does to the fingerprints of the {@link TimeTree}, gathered so that each bucket
 * is written once.
 */
final class Sums {
  private static final String HELD =
      "SELECT number, entries, high, low FROM bucket WHERE level = ? AND number BETWEEN ? AND ?";
  private static final String WRITE = "INSERT OR REPLACE INTO bucket VALUES (?, ?, ?, ?, ?)";
  private static final String DROP = "DELETE FROM bucket WHERE level = ? AND number = ?";

  /** Of so many buckets of one parent, all are read at once. */
  private static final int MANY = 8;

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
      Map<Long, Map<Long, Fingerprint>> families = new TreeMap<>();
      buckets.forEach(
          (bucket, more) ->
              families
                  .computeIfAbsent(TimeTree.parent(bucket), any -> new TreeMap<>())
                  .put(bucket, more));
      buckets = new HashMap<>();
      for (Map.Entry<Long, Map<Long, Fingerprint>> family : families.entrySet()) {
        write(database, level, family.getValue());
        for (Fingerprint more : family.getValue().values()) {
          buckets.merge(family.getKey(), more, Fingerprint::plus);
        }
      }
    }
  }

  /** Writes buckets of one parent, in their order. */
  private static void write(Database database, int level, Map<Long, Fingerprint> more)
      throws SQLException {
    more.values().removeIf(Fingerprint.EMPTY::equals);
    // Not in SQL, whose integers become doubles when they overflow.
    Map<Long, Fingerprint> held = held(database, level, List.copyOf(more.keySet()));
    PreparedStatement write = database.statement(WRITE);
    for (Map.Entry<Long, Fingerprint> bucket : more.entrySet()) {
      Fingerprint sum =
          held.getOrDefault(bucket.getKey(), Fingerprint.EMPTY).plus(bucket.getValue());
      if (sum.count() == 0) {
        database.update(DROP, level, bucket.getKey());
      } else {
        write.setInt(1, level);
        write.setLong(2, bucket.getKey());
        write.setLong(3, sum.count());
        write.setLong(4, sum.high());
        write.setLong(5, sum.low());
        write.executeUpdate();
      }
    }
  }

  /** Returns what the file holds of some buckets of one parent, in their order, and maybe more. */
  private static Map<Long, Fingerprint> held(Database database, int level, List<Long> buckets)
      throws SQLException {
    Map<Long, Fingerprint> held = new HashMap<>();
    // To look for one costs as much as to read a few that lie there.
    if (buckets.size() >= MANY) {
      read(database, level, buckets.get(0), buckets.get(buckets.size() - 1), held);
    } else {
      for (Long bucket : buckets) {
        read(database, level, bucket, bucket, held);
      }
    }
    return held;
  }

  private static void read(
      Database database, int level, long first, long last, Map<Long, Fingerprint> to)
      throws SQLException {
    PreparedStatement held = database.statement(HELD);
    held.setInt(1, level);
    held.setLong(2, first);
    held.setLong(3, last);
    try (ResultSet row = held.executeQuery()) {
      while (row.next()) {
        to.put(row.getLong(1), fingerprint(row, 2));
      }
    }
  }

  static Fingerprint fingerprint(ResultSet row, int column) throws SQLException {
    return new Fingerprint(row.getLong(column), row.getLong(column + 1), row.getLong(column + 2));
  }
}
