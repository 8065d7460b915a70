// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chroniclesync.storage.sqlite.Listing.Visit;

/**
 * Takes visits out of what {@link Listing} has listed, those of a transaction at once: each page,
 * text and face is written once, however many of its visits go.
 */
final class Unlisting {
  private static final String PAGE = "SELECT id, place FROM page WHERE hash = ?";
  private static final String TEXT = "SELECT id, indexed FROM text WHERE page = ? AND hash = ?";
  private static final String DROP_VISIT =
      "DELETE FROM page_visit WHERE text = ? AND device = ? AND visit_time = ? AND position = ?";
  private static final String DROP_FACE =
      "DELETE FROM face WHERE text = ? AND device = ? AND visits <= ?";
  private static final String LESSEN_FACE =
      "UPDATE face SET visits = visits - ?3, (newest, position) = (SELECT v.visit_time, v.position"
          + " FROM page_visit v WHERE v.text = ?1 AND v.device = ?2 ORDER BY v.visit_time DESC,"
          + " v.position DESC LIMIT 1) WHERE text = ?1 AND device = ?2";
  private static final String DROP_TEXT =
      "DELETE FROM text WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM face WHERE text = ?1)";
  private static final String GONE = "INSERT OR REPLACE INTO gone VALUES (?, ?, ?, ?)";
  private static final String DROP_PAGE =
      "DELETE FROM page WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM text WHERE page = ?1)";
  private static final String UNQUEUE = "DELETE FROM unindexed WHERE page = ?";
  private static final String LESSEN_PAGE =
      "UPDATE page SET visits = visits - ?2, newest = iif(newest > ?3, newest, (SELECT"
          + " max(f.newest) FROM text t JOIN face f ON f.text = t.id WHERE t.page = ?1)) WHERE id ="
          + " ?1";

  private final Database database;

  private Unlisting(Database database) {
    this.database = database;
  }

  /** A page as it is listed, and the visits that go. */
  private record Page(long id, long place, List<Visit> visits) {}

  /** Visits that are not listed are passed over. */
  static void of(Database database, List<Visit> visits) throws SQLException {
    Unlisting unlisting = new Unlisting(database);
    for (Page page : unlisting.pages(visits).values()) {
      unlisting.take(page);
    }
  }

  /** In the order of their numbers: what lies together in the file is visited together. */
  private Map<Long, Page> pages(List<Visit> visits) throws SQLException {
    Map<Long, List<Visit>> byHash = new TreeMap<>();
    for (Visit visit : visits) {
      byHash.computeIfAbsent(visit.pageHash(), any -> new ArrayList<>()).add(visit);
    }
    Map<Long, Page> pages = new TreeMap<>();
    for (Map.Entry<Long, List<Visit>> each : byHash.entrySet()) {
      try (ResultSet row = database.bind(PAGE, each.getKey()).executeQuery()) {
        if (row.next()) {
          long id = row.getLong(1);
          pages.put(id, new Page(id, row.getLong(2), each.getValue()));
        }
      }
    }
    return pages;
  }

  private void take(Page page) throws SQLException {
    Map<Long, List<Visit>> byText = new TreeMap<>();
    for (Visit visit : page.visits()) {
      byText.computeIfAbsent(visit.textHash(), any -> new ArrayList<>()).add(visit);
    }
    long taken = 0;
    boolean shrunk = false;
    for (Map.Entry<Long, List<Visit>> each : byText.entrySet()) {
      long text;
      boolean indexed;
      try (ResultSet row = database.bind(TEXT, page.id(), each.getKey()).executeQuery()) {
        if (!row.next()) {
          continue;
        }
        text = row.getLong(1);
        indexed = row.getInt(2) == 1;
      }
      Map<Long, Long> byDevice = drop(text, each.getValue());
      taken += byDevice.values().stream().mapToLong(Long::longValue).sum();
      if (lessen(text, byDevice) && database.update(DROP_TEXT, text) == 1) {
        shrunk = true;
        if (indexed) {
          gone(page.place() | text, each.getValue().get(0));
        }
      }
    }
    boolean unseen = shrunk && database.update(DROP_PAGE, page.id()) == 1;
    if (unseen) {
      database.update(UNQUEUE, page.id());
    } else if (taken > 0) {
      double newest = page.visits().stream().mapToDouble(Visit::timeMillis).max().orElseThrow();
      database.update(LESSEN_PAGE, page.id(), taken, newest);
    }
  }

  /** Returns how many were listed of each device. */
  private Map<Long, Long> drop(long text, List<Visit> visits) throws SQLException {
    Map<Long, Long> byDevice = new HashMap<>();
    PreparedStatement drop = database.statement(DROP_VISIT);
    for (Visit visit : visits) {
      drop.setLong(1, text);
      drop.setLong(2, visit.device());
      drop.setDouble(3, visit.timeMillis());
      drop.setLong(4, visit.position());
      if (drop.executeUpdate() == 1) {
        byDevice.merge(visit.device(), 1L, Long::sum);
      }
    }
    return byDevice;
  }

  /** Returns whether a device has no visit any more with this text. */
  private boolean lessen(long text, Map<Long, Long> byDevice) throws SQLException {
    boolean dropped = false;
    for (Map.Entry<Long, Long> each : byDevice.entrySet()) {
      if (database.update(DROP_FACE, text, each.getKey(), each.getValue()) == 1) {
        dropped = true;
      } else {
        database.update(LESSEN_FACE, text, each.getKey(), each.getValue());
      }
    }
    return dropped;
  }

  /** What the index holds of a text goes when its turn comes; until then it leads nowhere. */
  private void gone(long row, Visit visit) throws SQLException {
    database.update(
        GONE,
        row,
        Text.column(visit.title()),
        Text.column(visit.url()),
        Text.column(visit.summary()));
  }
}
