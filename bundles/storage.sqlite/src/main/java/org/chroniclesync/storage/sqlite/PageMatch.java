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
import org.chroniclesync.api.storage.support.Filter;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Weights;
import org.jspecify.annotations.Nullable;

/** What the visits of one page that answer a question make of it. */
final class PageMatch {
  private static final String FACES =
      "SELECT t.id, f.device, f.visits, f.newest, f.position FROM text t CROSS JOIN face f ON"
          + " f.text = t.id WHERE t.page = ?";

  private static final String TEXTS =
      "SELECT f.device, sum(f.visits), max(f.newest), f.position, e.url, e.title, e.summary FROM text"
          + " t CROSS JOIN face f ON f.text = t.id CROSS JOIN entry e ON e.position = f.position"
          + " WHERE t.page = ? GROUP BY t.id";

  private static final String TEXT = "SELECT url, title, summary FROM entry WHERE position = ?";

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
  private @Nullable Best best;
  private double bestMillis;

  /** A visit with the text that answers best, read or not. */
  private record Best(@Nullable Entry read, long position) {}

  /** What is rated. */
  private record Text(String url, String title, String summary) {}

  /** The visits with one text by one device. */
  private record Face(long text, long device, long visits, double newestMillis, long position) {}

  PageMatch(Database database, Query query) {
    this.database = database;
    this.query = query;
    this.timed = query.fromMillis() > -Double.MAX_VALUE || query.untilMillis() < Double.MAX_VALUE;
  }

  /** Tells whether all visits of a page with one text answer the question, or none. */
  static boolean isAboutTexts(Query query) {
    return query.fromMillis() == -Double.MAX_VALUE
        && query.untilMillis() == Double.MAX_VALUE
        && query.filters().stream().allMatch(filter -> filter.kind() == Filter.Kind.SITE);
  }

  /**
   * Sees all listed visits of a page, for a question that {@link #isAboutTexts}. Returns the page's
   * address, or null if there is none.
   */
  @Nullable String seeAll(long page) throws SQLException {
    String url = null;
    try (ResultSet row = database.bind(TEXTS, page).executeQuery()) {
      while (row.next()) {
        Text each = text(row, 5);
        url = each.url();
        // Any device and time will do.
        if (query.admits(database.shared().device(row.getLong(1)), url, "link", 0)) {
          double score = query.rate(url, each.title(), each.summary());
          if (score > 0) {
            match(new Best(null, row.getLong(4)), score, row.getLong(2), row.getDouble(3));
          }
        }
      }
    }
    return url;
  }

  private static Text text(ResultSet row, int column) throws SQLException {
    return new Text(
        EntryRows.text(row, column),
        EntryRows.text(row, column + 1),
        EntryRows.text(row, column + 2));
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
      long position = faces.get(0).position();
      Text each = textAt(position);
      url = each.url();
      seeText(each, position, faces);
    }
    return url;
  }

  private Text textAt(long position) throws SQLException {
    try (ResultSet row = database.bind(TEXT, position).executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the list of pages refers to an entry that is missing");
      }
      return text(row, 1);
    }
  }

  private void seeText(Text each, long position, List<Face> faces) throws SQLException {
    double score = 0;
    for (Face face : faces) {
      double some = timed ? query.fromMillis() : face.newestMillis();
      if (query.admits(database.shared().device(face.device()), each.url(), "link", some)) {
        score = score == 0 ? query.rate(each.url(), each.title(), each.summary()) : score;
        if (score == 0) {
          return;
        }
        match(new Best(null, position), score, face.visits(), face.newestMillis());
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
      match(new Best(entry, 0), score, 1, entry.visitTimeMillis());
    }
  }

  private void match(Best visit, double score, long more, double newest) {
    visits += more;
    newestMillis = Math.max(newestMillis, newest);
    if (score > text || (score == text && newest > bestMillis)) {
      text = score;
      best = visit;
      bestMillis = newest;
    }
  }

  /** Tells whether some visit answers. */
  boolean answers() {
    return best != null;
  }

  /** Returns a visit with the text that answers best. */
  Entry best() throws SQLException {
    Best visit = best;
    if (visit == null) {
      throw new IllegalStateException("no visit of the page answers");
    }
    return visit.read() == null ? Entries.at(database, visit.position()) : visit.read();
  }

  Rank rank(String url, long nowMillis) {
    return Rank.of(Weights.page(text, visits, newestMillis, nowMillis), newestMillis, url);
  }
}
