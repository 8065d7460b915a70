// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.support.Excerpt;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.Weights;

/**
 * Answers one question from one view of the store: from the index as far as it goes, and from the
 * entries behind it row by row, with the same words.
 */
final class Searcher {
  /**
   * Once there are as many matching visits the older ones are left out, but only where they lead to
   * {@value #ENOUGH_PAGES} pages: one that is visited all day crowds no other out.
   */
  static final int ENOUGH_VISITS = 5_000;

  static final int ENOUGH_PAGES = 1_000;

  /** The older of more matching visits than this are left out in any case. */
  static final int MOST_VISITS = 100_000;

  private static final double LEAST_RARITY = 1e-6;

  /** Words that begin with the prefix, of which more would not change the estimate. */
  private static final int MAX_PREFIX_WORDS = 200;

  private static final String FOUND =
      "SELECT e.position, e.visit_time, e.url, e.transition, e.device, s.score FROM (SELECT rowid"
          + " AS position, bm25(search, "
          + (Weights.TITLE + ", " + Weights.URL + ", " + Weights.SUMMARY)
          + ") AS score FROM search WHERE search MATCH ? ORDER BY rowid DESC) s CROSS JOIN entry e"
          + " ON e.position = s.position WHERE e.deleted = 0 AND e.position <= ?";

  private static final String IN_TIME =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM entry e INDEXED BY entry_by_time WHERE e.deleted = 0 AND e.visit_time >= ? AND"
          + " e.visit_time < ? AND e.position <= ? ORDER BY e.visit_time DESC";

  private static final String TAIL =
      "SELECT " + EntryRows.COLUMNS + " FROM entry e WHERE e.position > ? AND e.deleted = 0";

  private final Database database;
  private final Search search;
  private final Query query;
  private final Map<String, Page> pages = new HashMap<>();
  private int visits;

  /** What is known of a page by its visits that answer the question. */
  private static final class Page {
    private long best;
    private double text;
    private long visits;
    private double newestMillis = -Double.MAX_VALUE;

    void match(long position, double time, double score) {
      visits++;
      newestMillis = Math.max(newestMillis, time);
      if (score > text || (score == text && position > best)) {
        text = score;
        best = position;
      }
    }

    Rank rank(String url, long nowMillis) {
      return Rank.of(Weights.page(text, visits, newestMillis, nowMillis), newestMillis, url);
    }
  }

  private record Ranked(Rank rank, String url, long position) {}

  Searcher(Database database, Search search, Query query) {
    this.database = database;
    this.search = search;
    this.query = query;
  }

  SearchResults results() throws SQLException {
    Counts counts = Counts.load(database);
    searchTail(counts);
    String expression = Match.expression(query);
    if (expression == null) {
      searchTimes(counts);
    } else {
      searchIndex(expression, counts);
    }
    List<Ranked> best = best();
    List<Ranked> shown = best.subList(0, Math.min(best.size(), search.limit()));
    Map<String, PageFacts> facts =
        PageFacts.of(database, counts, shown.stream().map(Ranked::url).toList());
    List<Hit> hits = new ArrayList<>();
    for (Ranked ranked : shown) {
      hits.add(hit(ranked, Objects.requireNonNull(facts.get(ranked.url()))));
    }
    if (hits.isEmpty() && search.continuation() == null) {
      return new SearchResults(hits, null, new Unknown(database, counts).words(query));
    }
    boolean more = best.size() > hits.size();
    return new SearchResults(
        hits, more ? search.after(hits.get(hits.size() - 1).rank()) : null, List.of());
  }

  /** Returns one more than are asked for if there are more. */
  private List<Ranked> best() {
    Comparator<Ranked> bestFirst = Comparator.comparing(Ranked::rank);
    PriorityQueue<Ranked> best = new PriorityQueue<>(bestFirst.reversed());
    Continuation from = search.continuation();
    for (Map.Entry<String, Page> each : pages.entrySet()) {
      Page page = each.getValue();
      Rank rank = page.rank(each.getKey(), search.nowMillis());
      if (from == null || rank.compareTo(from.last()) > 0) {
        best.add(new Ranked(rank, each.getKey(), page.best));
      }
      if (best.size() > search.limit() + 1) {
        best.remove();
      }
    }
    return best.stream().sorted(bestFirst).toList();
  }

  private void searchIndex(String expression, Counts counts) throws SQLException {
    // An entry that changed has another position, so what the index says of the old one joins
    // nothing.
    try (ResultSet row = database.bind(FOUND, expression, counts.indexed()).executeQuery()) {
      while (!isEnough() && row.next()) {
        String url = EntryRows.text(row, 3);
        double time = row.getDouble(2);
        boolean admitted =
            query.admits(
                database.shared().device(row.getLong(5)), url, EntryRows.text(row, 4), time);
        if (admitted) {
          match(url, row.getLong(1), time, query.terms().isEmpty() ? 1 : -row.getDouble(6));
        }
      }
    }
  }

  /** Without a word to look up, the newest come first. */
  private void searchTimes(Counts counts) throws SQLException {
    try (ResultSet row =
        database
            .bind(IN_TIME, query.fromMillis(), query.untilMillis(), counts.indexed())
            .executeQuery()) {
      while (!isEnough() && row.next()) {
        rate(row, new double[0]);
      }
    }
  }

  private void searchTail(Counts counts) throws SQLException {
    if (counts.indexed() == counts.head()) {
      return;
    }
    double[] rarity = rarity(counts);
    try (ResultSet row = database.bind(TAIL, counts.indexed()).executeQuery()) {
      while (row.next()) {
        rate(row, rarity);
      }
    }
  }

  private void rate(ResultSet row, double[] rarity) throws SQLException {
    Entry entry = EntryRows.entry(database, row);
    if (query.admits(entry)) {
      double score = query.rate(entry, rarity);
      if (score > 0) {
        match(entry.url(), EntryRows.position(row), entry.visitTimeMillis(), score);
      }
    }
  }

  private void match(String url, long position, double time, double score) {
    visits++;
    pages.computeIfAbsent(url, any -> new Page()).match(position, time, score);
  }

  private boolean isEnough() {
    return visits >= MOST_VISITS || (visits >= ENOUGH_VISITS && pages.size() >= ENOUGH_PAGES);
  }

  /** Returns the weights that bm25() gives to the terms. */
  private double[] rarity(Counts counts) throws SQLException {
    double[] rarity = new double[query.terms().size()];
    for (int i = 0; i < rarity.length; i++) {
      double with = Math.min((double) counts.entries(), indexedWith(query.terms().get(i)));
      rarity[i] = Math.max(LEAST_RARITY, Math.log((counts.entries() - with + 0.5) / (with + 0.5)));
    }
    return rarity;
  }

  /** Returns about how many indexed entries hold the term. */
  private double indexedWith(Term term) throws SQLException {
    double fewest = Double.MAX_VALUE;
    for (int i = 0; i < term.words().size(); i++) {
      boolean prefix = term.prefix() && i == term.words().size() - 1;
      if (!term.words().get(i).equals(Query.GAP)) {
        fewest = Math.min(fewest, indexedWith(term.words().get(i), prefix));
      }
    }
    return fewest;
  }

  private double indexedWith(String word, boolean prefix) throws SQLException {
    String sql =
        "SELECT total(doc) FROM (SELECT doc FROM search_word WHERE term >= ? AND term <= ? LIMIT "
            + MAX_PREFIX_WORDS
            + ")";
    String last = prefix ? word + Character.toString(Character.MAX_CODE_POINT) : word;
    try (ResultSet row = database.bind(sql, word, last).executeQuery()) {
      return row.next() ? row.getDouble(1) : 0;
    }
  }

  private Hit hit(Ranked ranked, PageFacts facts) throws SQLException {
    Excerpt excerpt = Excerpt.of(entry(ranked.position()), query);
    return new Hit(
        ranked.url(),
        facts.title(),
        facts.visits(),
        facts.lastVisitMillis(),
        facts.devices(),
        ranked.rank(),
        excerpt.text(),
        excerpt.matches());
  }

  private Entry entry(long position) throws SQLException {
    String sql = "SELECT " + EntryRows.COLUMNS + " FROM entry e WHERE e.position = ?";
    try (ResultSet row = database.bind(sql, position).executeQuery()) {
      if (!row.next()) {
        throw new SQLException("an entry left a view of the store");
      }
      return EntryRows.entry(database, row);
    }
  }
}
