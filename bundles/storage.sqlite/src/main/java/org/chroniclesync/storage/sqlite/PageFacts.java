// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Rank;
import org.jspecify.annotations.Nullable;

/** What all shown visits of a page say of it. */
final class PageFacts {
  private static final Comparator<Entry> OLDEST_FIRST =
      Comparator.comparingDouble(Entry::visitTimeMillis).thenComparing(Entry::id);

  /** A bare column beside max() comes from the row that has the maximum. */
  private static final String BY_ORIGIN =
      "SELECT count(*), max(visit_time), position FROM page_visit WHERE page = ? GROUP BY origin";

  private static final String TITLED =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM page_visit v CROSS JOIN entry e ON e.position = v.position JOIN origin o ON"
          + " o.key = e.origin WHERE v.page = ? AND length(e.title) > 0"
          + " ORDER BY v.visit_time DESC, o.id DESC, e.visit DESC LIMIT 1";

  private static final String TAIL =
      "SELECT " + EntryRows.COLUMNS + " FROM entry e WHERE e.position > ? AND e.deleted = 0";

  private static final String ONE =
      "SELECT " + EntryRows.COLUMNS + " FROM entry e WHERE e.position = ?";

  private final Map<DeviceId, Entry> newest = new HashMap<>();
  private @Nullable Entry titled;
  private long visits;

  private PageFacts() {}

  static Map<String, PageFacts> of(Database database, Counts counts, List<String> urls)
      throws SQLException {
    Map<String, PageFacts> pages = new HashMap<>();
    for (String url : urls) {
      PageFacts facts = new PageFacts();
      facts.load(database, Rank.key(url));
      pages.put(url, facts);
    }
    if (counts.paged() == counts.head() || urls.isEmpty()) {
      return pages;
    }
    try (ResultSet row = database.bind(TAIL, counts.paged()).executeQuery()) {
      while (row.next()) {
        PageFacts facts = pages.get(EntryRows.text(row, 5));
        if (facts != null && Visibility.isShown(EntryRows.text(row, 9))) {
          facts.see(EntryRows.entry(database, row), 1);
        }
      }
    }
    return pages;
  }

  private void load(Database database, long page) throws SQLException {
    Map<Long, Long> visitsAt = new HashMap<>();
    try (ResultSet row = database.bind(BY_ORIGIN, page).executeQuery()) {
      while (row.next()) {
        visitsAt.put(row.getLong(3), row.getLong(1));
      }
    }
    for (Map.Entry<Long, Long> each : visitsAt.entrySet()) {
      try (ResultSet row = database.bind(ONE, each.getKey()).executeQuery()) {
        if (row.next()) {
          see(EntryRows.entry(database, row), each.getValue());
        }
      }
    }
    if (visits > 0) {
      try (ResultSet row = database.bind(TITLED, page).executeQuery()) {
        if (row.next()) {
          see(EntryRows.entry(database, row), 0);
        }
      }
    }
  }

  private void see(Entry entry, long more) {
    visits += more;
    newest.merge(entry.device().id(), entry, PageFacts::newer);
    if (!entry.title().isEmpty()) {
      titled = titled == null ? entry : newer(titled, entry);
    }
  }

  private static Entry newer(Entry one, Entry other) {
    return OLDEST_FIRST.compare(one, other) > 0 ? one : other;
  }

  /** Of the newest visit that has one; empty if none has. */
  String title() {
    return titled == null ? "" : titled.title();
  }

  long visits() {
    return visits;
  }

  double lastVisitMillis() {
    return newest.values().stream().mapToDouble(Entry::visitTimeMillis).max().orElse(0);
  }

  /** The one with the newest visit first, each as in its newest visit. */
  List<Device> devices() {
    return newest.values().stream().sorted(OLDEST_FIRST.reversed()).map(Entry::device).toList();
  }
}
