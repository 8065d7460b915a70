// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

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
  /** How many are read. That takes tens of milliseconds. */
  static final int MOST = 5_000;

  private static final String NEW =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM entry e WHERE e.position > ? AND e.deleted = 0 ORDER BY e.position DESC LIMIT ?";

  private static final String OLDER =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM entry e WHERE e.position <= ? AND e.deleted = 0 ORDER BY e.position DESC LIMIT ?";

  private final Map<String, List<Entry>> visits = new LinkedHashMap<>();
  private int count;

  private Tail() {}

  static Tail read(Database database, Counts counts) throws SQLException {
    Tail tail = new Tail();
    if (counts.listed() < counts.head()) {
      tail.read(database, NEW, counts.listed());
    }
    if (counts.unlisted() > 0 && tail.count < MOST) {
      tail.read(database, OLDER, counts.unlisted());
    }
    return tail;
  }

  private void read(Database database, String sql, long from) throws SQLException {
    try (ResultSet row = database.bind(sql, from, MOST - count).executeQuery()) {
      while (row.next()) {
        count++;
        Entry entry = EntryRows.entry(database, row);
        if (Visibility.isShown(entry)) {
          visits.computeIfAbsent(entry.url(), any -> new ArrayList<>()).add(entry);
        }
      }
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
