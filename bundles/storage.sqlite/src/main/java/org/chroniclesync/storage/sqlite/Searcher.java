// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.support.Excerpt;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Weights;
import org.jspecify.annotations.Nullable;

/**
 * Answers one question from one view of the store. Pages come from the index in the order of their
 * {@link Place}; each is rated by its visits with the same code as the row by row search of the
 * api. Once no page that is left can be among the best, however often it holds the words, the
 * answer is complete: it is the one that rating all pages would give.
 */
final class Searcher {
  /** Rates of words grow with how often they occur, but never to this. */
  private static final double MAX_RATE = 2.2;

  private static final int CHUNK = 64;

  /** Of more pages whose texts wait for the index, those that came first are not found yet. */
  static final int MOST_QUEUED = 1_000;

  /** So many visits are read in tens of milliseconds. */
  static final int MOST_IN_TIME = 10_000;

  private static final String COUNT_IN_TIME =
      "SELECT count(*) FROM (SELECT 1 FROM entry INDEXED BY entry_by_time WHERE visit_time >= ? AND"
          + " visit_time < ? LIMIT ?)";

  private static final String IN_TIME =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM entry e INDEXED BY entry_by_time WHERE e.deleted = 0 AND e.visit_time >= ? AND"
          + " e.visit_time < ?";

  private static final String PAGE = "SELECT id FROM page WHERE hash = ?";

  private static final Comparator<Ranked> BEST_FIRST = Comparator.comparing(Ranked::rank);

  private final Database database;
  private final Search search;
  private final Query query;
  private final int mostInTime;
  private final double[] even;
  private final double bestText;
  private final Set<Long> seen = new HashSet<>();
  private final PriorityQueue<Ranked> best = new PriorityQueue<>(BEST_FIRST.reversed());
  private final PriorityQueue<Rated> waiting =
      new PriorityQueue<>(Comparator.comparing(Rated::most).reversed());

  private record Ranked(Rank rank, String url, Entry match) {}

  /** What counts at best: no rank of these pages is better. */
  private record Most(double score, double timeMillis) implements Comparable<Most> {
    @Override
    public int compareTo(Most other) {
      int byScore = Double.compare(score, other.score);
      return byScore == 0 ? Double.compare(timeMillis, other.timeMillis) : byScore;
    }
  }

  private record Rated(Most most, long page) {}

  /**
   * Begins.
   *
   * @param mostInTime of no more visits in the time that is asked for, each is read
   */
  Searcher(Database database, Search search, Query query, int mostInTime) {
    this.database = database;
    this.mostInTime = mostInTime;
    this.search = search;
    this.query = query;
    this.even = new double[query.terms().size()];
    Arrays.fill(even, 1);
    this.bestText = query.terms().isEmpty() ? 1 : MAX_RATE * even.length;
  }

  SearchResults results() throws SQLException {
    Counts counts = Counts.load(database);
    Tail tail = Tail.read(database, counts);
    if (isShortTime()) {
      rankInTime();
    } else {
      rankTail(tail);
      for (Candidates.Candidate queued : Candidates.queued(database, MOST_QUEUED)) {
        await(queued);
      }
      rankListed(tail);
    }
    List<Ranked> sorted = best.stream().sorted(BEST_FIRST).toList();
    List<Hit> hits = new ArrayList<>();
    for (Ranked ranked : sorted.subList(0, Math.min(sorted.size(), search.limit()))) {
      hits.add(hit(ranked, tail));
    }
    if (hits.isEmpty() && search.continuation() == null) {
      return new SearchResults(hits, null, new Unknown(database, tail).words(query));
    }
    boolean more = sorted.size() > hits.size();
    return new SearchResults(
        hits, more ? search.after(hits.get(hits.size() - 1).rank()) : null, List.of());
  }

  private boolean isShortTime() throws SQLException {
    if (query.fromMillis() == -Double.MAX_VALUE && query.untilMillis() == Double.MAX_VALUE) {
      return false;
    }
    try (ResultSet row =
        database
            .bind(COUNT_IN_TIME, query.fromMillis(), query.untilMillis(), mostInTime + 1)
            .executeQuery()) {
      return row.next() && row.getLong(1) <= mostInTime;
    }
  }

  /** The visits themselves tell all: those of another time do not count. */
  private void rankInTime() throws SQLException {
    Map<String, PageMatch> pages = new HashMap<>();
    try (ResultSet row =
        database.bind(IN_TIME, query.fromMillis(), query.untilMillis()).executeQuery()) {
      while (row.next()) {
        Entry entry = EntryRows.entry(database, row);
        if (query.admits(entry)) {
          pages
              .computeIfAbsent(entry.url(), url -> new PageMatch(database, query, even))
              .see(entry);
        }
      }
    }
    for (Map.Entry<String, PageMatch> each : pages.entrySet()) {
      rank(each.getKey(), each.getValue());
    }
  }

  /** Pages with visits that are not listed are rated first, with all of their visits. */
  private void rankTail(Tail tail) throws SQLException {
    for (String url : tail.pages()) {
      PageMatch match = new PageMatch(database, query, even);
      Long page = page(url);
      if (page == null) {
        match.seeTail(tail.of(url));
      } else {
        seen.add(page);
        match.see(page, tail);
      }
      rank(url, match);
    }
  }

  private @Nullable Long page(String url) throws SQLException {
    try (ResultSet row = database.bind(PAGE, Rank.key(url)).executeQuery()) {
      return row.next() ? (Long) row.getLong(1) : null;
    }
  }

  private void rankListed(Tail tail) throws SQLException {
    try (Candidates candidates = Candidates.of(database, Match.expression(query))) {
      Candidates.Grade next = foremost(candidates);
      Rated rated = waiting.peek();
      while (next != null || rated != null) {
        if (rated != null && (next == null || rated.most().compareTo(most(next)) >= 0)) {
          if (isBeaten(rated.most())) {
            return;
          }
          waiting.remove();
          rankListed(rated.page(), tail);
        } else if (next != null) {
          if (isBeaten(most(next))) {
            return;
          }
          candidates.next(next, CHUNK).forEach(this::await);
        }
        next = foremost(candidates);
        rated = waiting.peek();
      }
    }
  }

  /** Returns the grade of whose pages the next one may count most. */
  private Candidates.@Nullable Grade foremost(Candidates candidates) {
    Candidates.Grade foremost = null;
    for (Candidates.Grade grade : candidates.left()) {
      if (foremost == null || most(grade).compareTo(most(foremost)) > 0) {
        foremost = grade;
      }
    }
    return foremost;
  }

  private Most most(Candidates.Grade grade) {
    return most(Place.mostVisits(grade.place()), Place.latestMillis(grade.place()));
  }

  private Most most(long visits, double newestMillis) {
    double latest = Math.min(newestMillis, query.untilMillis());
    return new Most(Weights.page(bestText, visits, latest, search.nowMillis()), latest);
  }

  private void await(Candidates.Candidate page) {
    if (seen.add(page.page())) {
      double score = Weights.page(bestText, page.visits(), page.newestMillis(), search.nowMillis());
      Most most = new Most(score, page.newestMillis());
      if (!isBeaten(most)) {
        waiting.add(new Rated(most, page.page()));
      }
    }
  }

  /** Tells whether enough pages are better than those that count this at best. */
  private boolean isBeaten(Most most) {
    Ranked worst = best.peek();
    return worst != null
        && best.size() > search.limit()
        && most.compareTo(new Most(worst.rank().score(), worst.rank().timeMillis())) < 0;
  }

  private void rankListed(long page, Tail tail) throws SQLException {
    PageMatch match = new PageMatch(database, query, even);
    String url = match.see(page, tail);
    if (url != null) {
      rank(url, match);
    }
  }

  private void rank(String url, PageMatch match) {
    Entry entry = match.best();
    if (entry == null) {
      return;
    }
    Rank rank = match.rank(url, search.nowMillis());
    Continuation from = search.continuation();
    if (from == null || rank.compareTo(from.last()) > 0) {
      best.add(new Ranked(rank, url, entry));
      if (best.size() > search.limit() + 1) {
        best.remove();
      }
    }
  }

  private Hit hit(Ranked ranked, Tail tail) throws SQLException {
    PageFacts facts = PageFacts.of(database, page(ranked.url()), tail.of(ranked.url()));
    Excerpt excerpt = Excerpt.of(ranked.match(), query);
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
}
