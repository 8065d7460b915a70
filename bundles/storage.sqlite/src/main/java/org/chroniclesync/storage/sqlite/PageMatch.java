// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
  private final boolean timed;
  private final Map<Long, List<Face>> texts = new LinkedHashMap<>();
  private double text;
  private long visits;
  private double newestMillis = -Double.MAX_VALUE;
  private @Nullable Entry best;
  private double bestMillis;

  /** The visits with one text by one device. */
  private record Face(long text, long device, long visits, double newestMillis, long position) {}

  PageMatch(Database database, Query query) {
    this.database = database;
    this.query = query;
    this.timed = query.fromMillis() > -Double.MAX_VALUE || query.untilMillis() < Double.MAX_VALUE;
  }

  /** Counts the listed visits of a page in the time that is asked for. */
  PageMatch count(long page) throws SQLException {
    List<Face> listed = new ArrayList<>();
    try (ResultSet row = database.bind(FACES, page).executeQuery()) {
      while (row.next()) {
        listed.add(
            new Face(
                row.getLong(1), row.getLong(2), row.getLong(3), row.getDouble(4), row.getLong(5)));
      }
    }
    for (Face face : listed) {
      Face counted = timed ? inTime(face) : face;
      if (counted != null) {
        texts.computeIfAbsent(face.text(), any -> new ArrayList<>(2)).add(counted);
      }
    }
    return this;
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

  /** Returns how many visits were counted. */
  long counted() {
    return faces().mapToLong(Face::visits).sum();
  }

  /** Returns when the newest one was that was counted; long ago if there is none. */
  double newestCounted() {
    return faces().mapToDouble(Face::newestMillis).max().orElse(-Double.MAX_VALUE);
  }

  private Stream<Face> faces() {
    return texts.values().stream().flatMap(List::stream);
  }

  /** Sees the visits that were counted. Returns the page's address, or null if there is none. */
  @Nullable String see() throws SQLException {
    String url = null;
    for (List<Face> faces : texts.values()) {
      Entry entry = Entries.at(database, faces.get(0).position());
      url = entry.url();
      seeText(entry, faces);
    }
    return url;
  }

  private void seeText(Entry entry, List<Face> faces) throws SQLException {
    double score = 0;
    for (Face face : faces) {
      double some = timed ? query.fromMillis() : face.newestMillis();
      if (query.admits(database.shared().device(face.device()), entry.url(), "link", some)) {
        score = score == 0 ? query.rate(entry) : score;
        if (score == 0) {
          return;
        }
        match(entry, score, face.visits(), face.newestMillis());
      }
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
    double score = query.rate(entry);
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
