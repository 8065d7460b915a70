// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.storage.Rank;
import org.jspecify.annotations.Nullable;

/**
 * Lists the shown visits by page, by the texts that a page had, and by device, with how many there
 * are and when the newest was. Pages and texts are told by 8 bytes of a SHA-256: two that share
 * them, which nobody meets by accident, would be counted as one.
 */
final class Listing {
  private static final String PAGE = "SELECT id FROM page WHERE hash = ?";
  private static final String ADD_PAGE =
      "INSERT INTO page (hash, visits, newest, place) VALUES (?, 0, ?, NULL) RETURNING id";
  private static final String TEXT = "SELECT id FROM text WHERE page = ? AND hash = ?";
  private static final String ADD_TEXT =
      "INSERT INTO text (page, hash, indexed) VALUES (?, ?, 0) RETURNING id";
  private static final String ADD_VISIT = "INSERT INTO page_visit VALUES (?, ?, ?, ?)";
  private static final String ADD_TO_FACE =
      "INSERT INTO face VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET visits = visits + ?3,"
          + " position = iif(?4 > newest, ?5, position), newest = max(newest, ?4)";
  private static final String ADD_TO_PAGE =
      "UPDATE page SET visits = visits + ?2, newest = max(newest, ?3) WHERE id = ?1"
          + " RETURNING visits, newest, place";
  private static final String QUEUE = "INSERT OR IGNORE INTO unindexed VALUES (?)";

  private final Database database;
  private final Map<Long, Long> pages = new HashMap<>();
  private final Map<TextKey, Long> texts = new HashMap<>();
  private final Map<FaceKey, Visits> faces = new LinkedHashMap<>();
  private final Map<Long, Visits> ofPages = new LinkedHashMap<>();
  private final Set<Long> queued = new LinkedHashSet<>();

  /** Lists a visit that no list shows, for those who ask for all of a page. */
  static void hide(Database database, String url, double timeMillis, long position)
      throws SQLException {
    database.update(
        "INSERT INTO hidden_visit VALUES (?, ?, ?)", Rank.key(url), timeMillis, position);
  }

  /** Forgets such a visit. */
  static void forgetHidden(Database database, String url, double timeMillis, long position)
      throws SQLException {
    database.update(
        "DELETE FROM hidden_visit WHERE page = ? AND visit_time = ? AND position = ?",
        Rank.key(url),
        timeMillis,
        position);
  }

  /** A shown visit that is to be listed. */
  record Visit(
      long position, long device, double timeMillis, String url, String title, String summary) {
    static Visit of(Entry entry, long device, long position) {
      PageSummary page = entry.page();
      return new Visit(
          position,
          device,
          entry.visitTimeMillis(),
          entry.url(),
          entry.title(),
          page == null ? "" : page.summary());
    }

    long pageHash() {
      return Rank.key(url);
    }

    long textHash() {
      return Rank.key(title.length() + ":" + title + summary);
    }
  }

  private record TextKey(long page, long hash) {}

  private record FaceKey(long text, long device) {}

  private record Visits(long count, double newestMillis, long position) {
    Visits and(Visits other) {
      Visits newer = other.newestMillis > newestMillis ? other : this;
      return new Visits(count + other.count, newer.newestMillis, newer.position);
    }
  }

  private Listing(Database database) {
    this.database = database;
  }

  static void add(Database database, List<Visit> visits) throws SQLException {
    Listing listing = new Listing(database);
    for (Visit visit : visits) {
      listing.add(visit);
    }
    listing.write();
  }

  private void add(Visit visit) throws SQLException {
    long page = page(visit);
    long text = text(page, visit);
    PreparedStatement add = database.statement(ADD_VISIT);
    add.setLong(1, text);
    add.setLong(2, visit.device());
    add.setDouble(3, visit.timeMillis());
    add.setLong(4, visit.position());
    add.executeUpdate();
    Visits one = new Visits(1, visit.timeMillis(), visit.position());
    faces.merge(new FaceKey(text, visit.device()), one, Visits::and);
    ofPages.merge(page, one, Visits::and);
  }

  private long page(Visit visit) throws SQLException {
    long hash = visit.pageHash();
    Long known = pages.get(hash);
    if (known != null) {
      return known;
    }
    Long found = number(PAGE, hash);
    long page = found == null ? required(ADD_PAGE, hash, visit.timeMillis()) : found;
    pages.put(hash, page);
    return page;
  }

  private long text(long page, Visit visit) throws SQLException {
    TextKey key = new TextKey(page, visit.textHash());
    Long known = texts.get(key);
    if (known != null) {
      return known;
    }
    Long found = number(TEXT, page, key.hash());
    if (found == null) {
      found = required(ADD_TEXT, page, key.hash());
      queued.add(page);
    }
    texts.put(key, found);
    return found;
  }

  private void write() throws SQLException {
    for (Map.Entry<FaceKey, Visits> each : faces.entrySet()) {
      Visits more = each.getValue();
      database.update(
          ADD_TO_FACE,
          each.getKey().text(),
          each.getKey().device(),
          more.count(),
          more.newestMillis(),
          more.position());
    }
    for (Map.Entry<Long, Visits> each : ofPages.entrySet()) {
      Visits more = each.getValue();
      if (isLate(each.getKey(), more)) {
        queued.add(each.getKey());
      }
    }
    for (Long page : queued) {
      database.update(QUEUE, page);
    }
  }

  private boolean isLate(long page, Visits more) throws SQLException {
    try (ResultSet row =
        database.bind(ADD_TO_PAGE, page, more.count(), more.newestMillis()).executeQuery()) {
      if (!row.next()) {
        throw new SQLException("a page is there and not there");
      }
      long visits = row.getLong(1);
      double newest = row.getDouble(2);
      long place = row.getLong(3);
      return row.wasNull() || Place.isLate(place, visits, newest);
    }
  }

  private @Nullable Long number(String sql, Object... values) throws SQLException {
    try (ResultSet row = database.bind(sql, values).executeQuery()) {
      return row.next() ? (Long) row.getLong(1) : null;
    }
  }

  private long required(String sql, Object... values) throws SQLException {
    Long number = number(sql, values);
    if (number == null) {
      throw new SQLException("no answer to " + sql);
    }
    return number;
  }
}
