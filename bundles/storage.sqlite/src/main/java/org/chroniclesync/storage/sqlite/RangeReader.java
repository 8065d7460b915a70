// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.Range;
import org.jspecify.annotations.Nullable;

/**
 * Answers about ranges from one view of the store: from the sums of the {@link TimeTree}, and from
 * the entries only in the leaves that a range cuts.
 */
final class RangeReader {
  private static final byte[] BEFORE_ALL_IDS = {};

  private static final String BUCKETS =
      "SELECT number, entries, high, low FROM bucket WHERE level = ? AND number >= ? AND number < ?"
          + " ORDER BY number";

  private static final String FROM_RANGE =
      " FROM "
          + EntryRows.BY_TIME
          + " WHERE e.visit_time >= ?1 AND e.visit_time <= ?4"
          + " AND (e.visit_time, o.id, e.visit) >= (?1, ?2, ?3)"
          + " AND (e.visit_time, o.id, e.visit) < (?4, ?5, ?6)";

  private static final String IN_ORDER = " ORDER BY e.visit_time, o.id, e.visit LIMIT ?7";

  private static final String ENTRIES = "SELECT " + EntryRows.COLUMNS + FROM_RANGE;

  private static final String COUNT = "SELECT count(*)" + FROM_RANGE;

  private static final String ALL_PLACES =
      "SELECT e.visit_time, o.id, e.visit" + FROM_RANGE + " ORDER BY e.visit_time, o.id, e.visit";

  private static final String PLACES = ALL_PLACES + " LIMIT ?7 OFFSET ?8";

  /** So many entries are sooner read than found by their number. */
  private static final int FEW = 1_024;

  private final Database database;

  RangeReader(Database database) {
    this.database = database;
  }

  /** Reads a chunk of a range; {@code last} is the last entry of the one before. */
  List<Entry> chunk(Range range, @Nullable Entry last, int maxRows, long maxChars)
      throws SQLException {
    Bound from = last == null ? range.from() : Bound.of(last);
    if (from.compareTo(range.until()) >= 0) {
      return List.of();
    }
    List<Entry> chunk = new ArrayList<>();
    long chars = 0;
    PreparedStatement statement = bind(ENTRIES + IN_ORDER, new Range(from, range.until()));
    statement.setInt(7, maxRows);
    try (ResultSet row = statement.executeQuery()) {
      while (chars < maxChars && row.next()) {
        Entry entry = EntryRows.entry(database, row);
        if (last == null || !entry.id().equals(last.id())) {
          chars += EntryRows.chars(entry);
          chunk.add(entry);
        }
      }
    }
    return chunk;
  }

  /** What is at the edges of a range, where it cuts a leaf. */
  private interface Edge {
    Fingerprint of(Range range) throws SQLException;
  }

  Fingerprint fingerprint(Range range) throws SQLException {
    return sum(range, this::ofEntries);
  }

  /** Without a digest of those at the edges, of which there may be many. */
  private long count(Range range) throws SQLException {
    return sum(range, this::counted).count();
  }

  private Fingerprint sum(Range range, Edge edge) throws SQLException {
    long first = TimeTree.leaf(range.from().visitTimeMillis());
    long firstWhole = isStart(range.from(), first) ? first : first + 1;
    long last = lastLeaf(range.until());
    if (last < firstWhole) {
      return edge.of(range);
    }
    Fingerprint sum = ofLeaves(firstWhole, last);
    if (first < firstWhole) {
      sum = sum.plus(edge.of(new Range(range.from(), startOf(firstWhole))));
    }
    Bound rest = startOf(last);
    return rest.compareTo(range.until()) < 0
        ? sum.plus(edge.of(new Range(rest, range.until())))
        : sum;
  }

  private static boolean isStart(Bound bound, long leaf) {
    return bound.id() == null && bound.visitTimeMillis() == TimeTree.start(leaf);
  }

  /** Returns the leaf in which a range ends, also if it ends at the leaf's beginning. */
  private static long lastLeaf(Bound until) {
    return until.equals(Bound.END)
        ? TimeTree.LAST_LEAF + 1
        : TimeTree.leaf(until.visitTimeMillis());
  }

  private static Bound startOf(long leaf) {
    return new Bound(TimeTree.start(leaf), null);
  }

  private Fingerprint ofLeaves(long firstLeaf, long untilLeaf) throws SQLException {
    Fingerprint sum = Fingerprint.EMPTY;
    long first = firstLeaf;
    long until = untilLeaf;
    int level = 0;
    while (level < TimeTree.TOP && TimeTree.roundUp(first) < TimeTree.roundDown(until)) {
      sum = sum.plus(ofBuckets(level, first, TimeTree.roundUp(first)));
      sum = sum.plus(ofBuckets(level, TimeTree.roundDown(until), until));
      first = TimeTree.parent(TimeTree.roundUp(first));
      until = TimeTree.parent(until);
      level++;
    }
    return sum.plus(ofBuckets(level, first, until));
  }

  private Fingerprint ofBuckets(int level, long first, long until) throws SQLException {
    Fingerprint sum = Fingerprint.EMPTY;
    if (first < until) {
      try (ResultSet row = database.bind(BUCKETS, level, first, until).executeQuery()) {
        while (row.next()) {
          sum = sum.plus(Sums.fingerprint(row, 2));
        }
      }
    }
    return sum;
  }

  private Fingerprint ofEntries(Range range) throws SQLException {
    Fingerprint sum = Fingerprint.EMPTY;
    try (ResultSet row = bind(ENTRIES, range).executeQuery()) {
      while (row.next()) {
        sum = sum.plus(EntryDigest.of(EntryRows.entry(database, row)));
      }
    }
    return sum;
  }

  private Fingerprint counted(Range range) throws SQLException {
    try (ResultSet row = bind(COUNT, range).executeQuery()) {
      return new Fingerprint(row.next() ? row.getLong(1) : 0, 0, 0);
    }
  }

  List<Bound> split(Range range, int parts) throws SQLException {
    long entries = count(range);
    long most = Math.min(parts, entries);
    if (entries <= FEW || isWithinALeaf(range)) {
      return counted(range, entries, most);
    }
    long before = count(new Range(Bound.START, range.from()));
    List<Bound> bounds = new ArrayList<>();
    for (long part = 1; part < most; part++) {
      bounds.add(bound(before + part * entries / most, entries / most / 4));
    }
    return bounds;
  }

  private static boolean isWithinALeaf(Range range) {
    return lastLeaf(range.until()) <= TimeTree.leaf(range.from().visitTimeMillis()) + 1;
  }

  /** In one go over the entries, where the sums know nothing of what is between them. */
  private List<Bound> counted(Range range, long entries, long parts) throws SQLException {
    List<Bound> bounds = new ArrayList<>();
    try (ResultSet row = bind(ALL_PLACES, range).executeQuery()) {
      Bound before = range.from();
      for (long rank = 0; bounds.size() + 1 < parts && row.next(); rank++) {
        Bound place = place(row);
        if (rank == (bounds.size() + 1) * entries / parts) {
          bounds.add(Bound.between(before, place));
        }
        before = place;
      }
    }
    return bounds;
  }

  /**
   * Returns a place before which about as many entries stand as {@code rank}: the beginning of a
   * leaf if that is off by the tolerance or less, because what is between leaves is summed up
   * without reading entries.
   */
  private Bound bound(long rank, long tolerance) throws SQLException {
    Found found = find(TimeTree.TOP, TimeTree.FIRST_TOP, TimeTree.LAST_TOP + 1, rank);
    for (int level = TimeTree.TOP - 1; level >= 0; level--) {
      found =
          find(
              level,
              TimeTree.firstChild(found.bucket()),
              TimeTree.firstChild(found.bucket() + 1),
              found.before());
    }
    if (found.before() <= tolerance) {
      return startOf(found.bucket());
    }
    return found.entries() - found.before() <= tolerance
        ? startOf(found.bucket() + 1)
        : exact(found.bucket(), found.before());
  }

  private Bound exact(long leaf, long rank) throws SQLException {
    PreparedStatement statement = bind(PLACES, new Range(startOf(leaf), startOf(leaf + 1)));
    statement.setInt(7, 2);
    statement.setLong(8, rank - 1);
    try (ResultSet row = statement.executeQuery()) {
      return Bound.between(next(row), next(row));
    }
  }

  private static Bound next(ResultSet row) throws SQLException {
    if (!row.next()) {
      throw new SQLException("the sums of the time tree do not agree with the entries");
    }
    return place(row);
  }

  private static Bound place(ResultSet row) throws SQLException {
    DeviceId device = new DeviceId(Text.fromKey(row.getBytes(2)));
    return new Bound(row.getDouble(1), new EntryId(device, Text.fromKey(row.getBytes(3))));
  }

  /** A bucket, and how many of its entries are before the one that was looked for. */
  private record Found(long bucket, long entries, long before) {}

  private Found find(int level, long first, long until, long rank) throws SQLException {
    long rest = rank;
    try (ResultSet row = database.bind(BUCKETS, level, first, until).executeQuery()) {
      while (row.next()) {
        long entries = row.getLong(2);
        if (rest < entries) {
          return new Found(row.getLong(1), entries, rest);
        }
        rest -= entries;
      }
    }
    throw new SQLException("the sums of the time tree do not agree with each other");
  }

  private PreparedStatement bind(String sql, Range range) throws SQLException {
    PreparedStatement statement = database.statement(sql);
    bind(statement, 1, range.from());
    bind(statement, 4, range.until());
    return statement;
  }

  private static void bind(PreparedStatement statement, int parameter, Bound bound)
      throws SQLException {
    EntryId id = bound.id();
    statement.setDouble(parameter, bound.visitTimeMillis());
    statement.setBytes(parameter + 1, id == null ? BEFORE_ALL_IDS : Text.key(id.device().value()));
    statement.setBytes(parameter + 2, id == null ? BEFORE_ALL_IDS : Text.key(id.visitId()));
  }
}
