// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;

/**
 * The shown visits that are not listed yet, the newest first. In a file that is filled for the
 * first time, or was upgraded, they may be many: the oldest are left out then, until they are
 * listed.
 */
final class Tail {
  /** How many are looked at. To read them takes tens of milliseconds. */
  static final int MOST = 5_000;

  private static final String NEW =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM entry e WHERE e.position > ? AND e.position <= ? AND e.deleted = 0 ORDER BY"
          + " e.position DESC LIMIT ?";

  private static final String OLDER =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM entry e WHERE e.position <= ? AND e.deleted = 0 ORDER BY e.position DESC LIMIT ?";

  private final Map<String, List<Entry>> visits = new LinkedHashMap<>();
  private int count;

  private Tail() {}

  static Tail read(Database database, Counts counts, Recent recent) throws SQLException {
    Tail tail = new Tail();
    Recent.Kept kept = recent.at(counts.head(), counts.listed());
    kept.entries().forEach(tail::add);
    if (counts.listed() < kept.reaches() && tail.count < MOST) {
      tail.read(database, database.bind(NEW, counts.listed(), kept.reaches(), MOST - tail.count));
    }
    if (counts.unlisted() > 0 && tail.count < MOST) {
      tail.read(database, database.bind(OLDER, counts.unlisted(), MOST - tail.count));
    }
    return tail;
  }

  private void read(Database database, PreparedStatement bound) throws SQLException {
    try (ResultSet row = bound.executeQuery()) {
      while (row.next()) {
        add(EntryRows.entry(database, row));
      }
    }
  }

  private void add(Entry entry) {
    count++;
    if (Visibility.isShown(entry)) {
      visits.computeIfAbsent(entry.url(), any -> new ArrayList<>()).add(entry);
    }
  }

  /** Returns the pages that have such visits. */
  Iterable<String> pages() {
    return visits.keySet();
  }

  /** Returns those of a page. */
  List<Entry> of(String url) {
    return visits.getOrDefault(url, List.of());
  }

  /** Returns all of them. */
  List<Entry> all() {
    return visits.values().stream().flatMap(List::stream).toList();
  }
}
