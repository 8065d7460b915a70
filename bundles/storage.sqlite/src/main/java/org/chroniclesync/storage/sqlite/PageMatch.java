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
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Weights;
import org.jspecify.annotations.Nullable;

/** What the visits of one page that answer a question make of it. */
final class PageMatch {
  private static final String FACES =
      "SELECT t.id, f.device, f.visits, f.newest, f.position FROM text t CROSS JOIN face f ON"
          + " f.text = t.id WHERE t.page = ?";

  private static final String IN_TIME =
      "SELECT count(*), max(visit_time) FROM page_visit WHERE text = ? AND device = ? AND"
          + " visit_time >= ? AND visit_time < ?";

  private final Database database;
  private final Query query;
  private final double[] even;
  private final boolean timed;
  private double text;
  private long visits;
  private double newestMillis = -Double.MAX_VALUE;
  private @Nullable Entry best;
  private double bestMillis;

  /** The visits with one text by one device. */
  private record Face(long text, long device, long visits, double newestMillis, long position) {}

  PageMatch(Database database, Query query, double[] even) {
    this.database = database;
    this.query = query;
    this.even = even;
    this.timed = query.fromMillis() > -Double.MAX_VALUE || query.untilMillis() < Double.MAX_VALUE;
  }

  /**
   * Sees the listed visits of a page. Returns its address, or null if it has none.
   *
   * @param tail visits that are not listed; those of the page are seen, too
   */
  @Nullable String see(long page, Tail tail) throws SQLException {
    String url = null;
    for (List<Face> faces : byText(page)) {
      Entry entry = Entries.at(database, faces.get(0).position());
      url = entry.url();
      seeText(entry, faces);
    }
    if (url != null) {
      seeTail(tail.of(url));
    }
    return url;
  }

  private Iterable<List<Face>> byText(long page) throws SQLException {
    Map<Long, List<Face>> texts = new LinkedHashMap<>();
    try (ResultSet row = database.bind(FACES, page).executeQuery()) {
      while (row.next()) {
        Face face =
            new Face(
                row.getLong(1), row.getLong(2), row.getLong(3), row.getDouble(4), row.getLong(5));
        texts.computeIfAbsent(face.text(), any -> new ArrayList<>(2)).add(face);
      }
    }
    return texts.values();
  }

  private void seeText(Entry entry, List<Face> faces) throws SQLException {
    double score = 0;
    for (Face face : faces) {
      Face admitted = admitted(face, entry.url());
      if (admitted != null) {
        score = score == 0 ? query.rate(entry, even) : score;
        if (score == 0) {
          return;
        }
        match(entry, score, admitted.visits(), admitted.newestMillis());
      }
    }
  }

  /** Returns what of the visits the filters and times leave; null if nothing. */
  private @Nullable Face admitted(Face face, String url) throws SQLException {
    double some = timed ? query.fromMillis() : face.newestMillis();
    if (!query.admits(database.shared().device(face.device()), url, "link", some)) {
      return null;
    }
    return timed ? inTime(face) : face;
  }

  private @Nullable Face inTime(Face face) throws SQLException {
    if (face.newestMillis() < query.fromMillis()) {
      return null;
    }
    try (ResultSet row =
        database
            .bind(IN_TIME, face.text(), face.device(), query.fromMillis(), query.untilMillis())
            .executeQuery()) {
      return row.next() && row.getLong(1) > 0
          ? new Face(face.text(), face.device(), row.getLong(1), row.getDouble(2), face.position())
          : null;
    }
  }

  /** Sees visits of the page that are not listed. */
  void seeTail(List<Entry> tail) {
    for (Entry entry : tail) {
      if (query.admits(entry)) {
        see(entry);
      }
    }
  }

  /** Sees a visit of the page that the filters and times leave. */
  void see(Entry entry) {
    double score = query.rate(entry, even);
    if (score > 0) {
      match(entry, score, 1, entry.visitTimeMillis());
    }
  }

  private void match(Entry entry, double score, long more, double newest) {
    visits += more;
    newestMillis = Math.max(newestMillis, newest);
    if (score > text || (score == text && newest > bestMillis)) {
      text = score;
      best = entry;
      bestMillis = newest;
    }
  }

  /** Returns a visit with the text that answers best; null if none does. */
  @Nullable Entry best() {
    return best;
  }

  Rank rank(String url, long nowMillis) {
    return Rank.of(Weights.page(text, visits, newestMillis, nowMillis), newestMillis, url);
  }
}
