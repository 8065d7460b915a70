// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  /** So many pages are rated in some milliseconds. */
  static final int MOST_IN_VAIN = 128;

  private static final int VAIN_FOR_EACH_RIGHT = 4;

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
  private final double bestText;
  private final int mostInVain;
  private final Set<Long> seen = new HashSet<>();
  private final PriorityQueue<Ranked> best = new PriorityQueue<>(BEST_FIRST.reversed());
  private final PriorityQueue<Rated> waiting =
      new PriorityQueue<>(Comparator.comparing(Rated::most).reversed());

  private long inVain;
  private long right;

  private record Ranked(Rank rank, String url, Entry match) {}

  /** What counts at best: no rank of these pages is better. */
  private record Most(double score, double timeMillis) implements Comparable<Most> {
    @Override
    public int compareTo(Most other) {
      int byScore = Double.compare(score, other.score);
      return byScore == 0 ? Double.compare(timeMillis, other.timeMillis) : byScore;
    }
  }

  /** A page that waits, its visits counted or not. */
  private record Rated(Most most, long page, @Nullable PageMatch counted) {}

  /**
   * Begins.
   *
   * @param mostInTime of no more visits in the time that is asked for, each is read
   * @param mostInVain of so many pages that the index offers in vain, some must answer, or it is
   *     asked otherwise
   */
  Searcher(Database database, Search search, Query query, int mostInTime, int mostInVain) {
    this.mostInVain = mostInVain;
    this.database = database;
    this.mostInTime = mostInTime;
    this.search = search;
    this.query = query;
    this.bestText = Weights.best(query);
  }

  SearchResults results() throws SQLException {
    Counts counts = Counts.load(database);
    Tail tail = Tail.read(database, counts);
    if (isShortTime()) {
      rankInTime();
    } else {
      rankTail(tail);
      rankListed();
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
          pages.computeIfAbsent(entry.url(), url -> new PageMatch(database, query)).see(entry);
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
      PageMatch match = new PageMatch(database, query);
      Long page = page(url);
      if (page == null) {
        match.seeTail(tail.of(url));
      } else {
        seen.add(page);
        match.count(page).see();
        match.seeTail(tail.of(url));
      }
      rank(url, match);
    }
  }

  private @Nullable Long page(String url) throws SQLException {
    try (ResultSet row = database.bind(PAGE, Rank.key(url)).executeQuery()) {
      return row.next() ? (Long) row.getLong(1) : null;
    }
  }

  private void rankListed() throws SQLException {
    Match match = new Match(database);
    String exact = match.expression(query);
    String broad = match.broadly(query);
    if (Objects.equals(broad, exact) || !rankListed(broad, mostInVain)) {
      rankListed(exact, Long.MAX_VALUE);
    }
  }

  /** Returns false if too many of the pages that the index offered were no answer. */
  private boolean rankListed(@Nullable String expression, long mostInVain) throws SQLException {
    awaitQueued();
    try (Candidates candidates = Candidates.of(database, expression)) {
      while (inVain <= Math.max(mostInVain, VAIN_FOR_EACH_RIGHT * right)) {
        Candidates.Grade next = foremost(candidates);
        Rated rated = waiting.peek();
        if (rated != null && (next == null || rated.most().compareTo(most(next)) >= 0)) {
          if (isBeaten(rated.most())) {
            return true;
          }
          waiting.remove();
          rank(rated);
        } else if (next == null || isBeaten(most(next))) {
          return true;
        } else {
          candidates.next(next, CHUNK).forEach(this::await);
        }
      }
    }
    waiting.forEach(rated -> seen.remove(rated.page()));
    waiting.clear();
    return false;
  }

  private void awaitQueued() throws SQLException {
    for (Candidates.Candidate queued : Candidates.queued(database, MOST_QUEUED)) {
      await(queued);
    }
  }

  /** Returns the grade of whose pages the next one may count most. */
  private Candidates.@Nullable Grade foremost(Candidates candidates) throws SQLException {
    Candidates.Grade foremost = null;
    for (Candidates.Grade grade : List.copyOf(candidates.left())) {
      if (Place.latestMillis(grade.place()) < query.fromMillis()) {
        candidates.end(grade);
      } else if (foremost == null || most(grade).compareTo(most(foremost)) > 0) {
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
    if (page.newestMillis() >= query.fromMillis() && seen.add(page.page())) {
      await(new Rated(most(page.visits(), page.newestMillis()), page.page(), null));
    }
  }

  private void await(Rated page) {
    if (!isBeaten(page.most())) {
      waiting.add(page);
    }
  }

  /** Tells whether enough pages are better than those that count this at best. */
  private boolean isBeaten(Most most) {
    Ranked worst = best.peek();
    return worst != null
        && best.size() > search.limit()
        && most.compareTo(new Most(worst.rank().score(), worst.rank().timeMillis())) < 0;
  }

  /** A page is counted first. That tells often enough that it is none of the best. */
  private void rank(Rated rated) throws SQLException {
    PageMatch counted = rated.counted();
    if (counted == null) {
      PageMatch match = new PageMatch(database, query).count(rated.page());
      if (match.counted() > 0) {
        await(new Rated(most(match.counted(), match.newestCounted()), rated.page(), match));
      }
      return;
    }
    String url = counted.see();
    if (url == null || counted.best() == null) {
      inVain++;
      return;
    }
    right++;
    rank(url, counted);
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
