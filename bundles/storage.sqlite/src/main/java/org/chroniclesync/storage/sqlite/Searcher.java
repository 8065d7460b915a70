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
  private final Recent recent;
  private final Search search;
  private final Query query;
  private final int mostInTime;
  private final double bestText;
  private final int mostInVain;
  private final boolean aboutTexts;
  private final Set<Long> seen = new HashSet<>();
  private final PriorityQueue<Ranked> best = new PriorityQueue<>(BEST_FIRST.reversed());
  private final PriorityQueue<Rated> waiting =
      new PriorityQueue<>(Comparator.comparing(Rated::most).reversed());

  private Ranking.@Nullable Gathering gathering;
  private int passed;
  private long inVain;
  private long right;

  private record Ranked(Rank rank, String url, PageMatch match) {}

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
   * @param recent what the file need not be asked for
   * @param mostInTime of no more visits in the time that is asked for, each is read
   * @param mostInVain of so many pages that the index offers in vain, some must answer, or it is
   *     asked otherwise
   */
  Searcher(
      Database database,
      Recent recent,
      Search search,
      Query query,
      int mostInTime,
      int mostInVain) {
    this.mostInVain = mostInVain;
    this.database = database;
    this.recent = recent;
    this.mostInTime = mostInTime;
    this.search = search;
    this.query = query;
    this.bestText = Weights.best(query);
    this.aboutTexts = PageMatch.isAboutTexts(query);
  }

  static Searcher of(Database database, Recent recent, Search search, Query query) {
    return new Searcher(database, recent, search, query, MOST_IN_TIME, MOST_IN_VAIN);
  }

  SearchResults results() throws SQLException {
    Tail tail = tail();
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

  /** Returns how many pages were rated that stand before the place where the search goes on. */
  int passed() {
    return passed;
  }

  /** Returns how all pages stand that come next, or the best of them. */
  Ranking ranking(int most) throws SQLException {
    Ranking.Gathering all = new Ranking.Gathering(most);
    gathering = all;
    if (isShortTime()) {
      rankInTime();
    } else {
      rankTail(tail());
      rankEachListed();
    }
    return all.ranking();
  }

  private void rankEachListed() throws SQLException {
    for (Candidates.Candidate queued : Candidates.queued(database, MOST_QUEUED)) {
      rankEach(queued);
    }
    String expression = new Match(database).expression(query);
    try (Candidates candidates = Candidates.of(database, expression)) {
      while (!candidates.left().isEmpty()) {
        for (Candidates.Candidate page : candidates.next(candidates.left().get(0), CHUNK)) {
          rankEach(page);
        }
      }
    }
  }

  private void rankEach(Candidates.Candidate page) throws SQLException {
    if (page.newestMillis() >= query.fromMillis() && seen.add(page.page())) {
      PageMatch match = new PageMatch(database, query);
      String url = seeListed(page.page(), match);
      if (url != null) {
        rank(url, match);
      }
    }
  }

  private Tail tail() throws SQLException {
    return Tail.read(database, Counts.load(database), recent);
  }

  private @Nullable String seeListed(long page, PageMatch match) throws SQLException {
    return aboutTexts ? match.seeAll(page) : match.count(page).see();
  }

  /**
   * Returns what comes after a rank, as it was when the ranking was made: a page that stands
   * elsewhere now is shown where it stood, one that no longer answers is not.
   */
  SearchResults following(Ranking ranking, Rank last) throws SQLException {
    Tail tail = tail();
    Map<Long, String> unlisted = new HashMap<>();
    for (String url : tail.pages()) {
      unlisted.put(Rank.key(url), url);
    }
    List<Ranked> found = new ArrayList<>();
    int next = ranking.after(last);
    Rank shown = last;
    while (next < ranking.ranks().size() && found.size() < search.limit()) {
      shown = ranking.ranks().get(next++);
      Ranked ranked = standing(shown.page(), unlisted.get(shown.page()), tail);
      if (ranked != null) {
        found.add(ranked);
      }
    }
    found.sort(BEST_FIRST);
    List<Hit> hits = new ArrayList<>();
    for (Ranked ranked : found) {
      hits.add(hit(ranked, tail));
    }
    boolean more = next < ranking.ranks().size() || ranking.cut();
    return new SearchResults(hits, more ? search.after(shown) : null, List.of());
  }

  private @Nullable Ranked standing(long key, @Nullable String unlisted, Tail tail)
      throws SQLException {
    PageMatch match = new PageMatch(database, query);
    Long page = page(key);
    String url = page == null ? null : seeListed(page, match);
    if (unlisted != null) {
      url = unlisted;
      match.seeTail(tail.of(unlisted));
    }
    return url == null || !match.answers()
        ? null
        : new Ranked(match.rank(url, search.nowMillis()), url, match);
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

  /**
   * Pages with visits that are not listed and answer are rated first, with all of their visits.
   * Where none of these answers, the listed ones tell all, and the index offers the page if they
   * do: while a sync comes in, that is nearly all.
   */
  private void rankTail(Tail tail) throws SQLException {
    for (String url : tail.pages()) {
      PageMatch match = new PageMatch(database, query);
      match.seeTail(tail.of(url));
      if (match.answers()) {
        Long page = page(url);
        if (page != null) {
          seen.add(page);
          match.count(page).see();
        }
        rank(url, match);
      }
    }
  }

  private @Nullable Long page(String url) throws SQLException {
    return page(Rank.key(url));
  }

  private @Nullable Long page(long key) throws SQLException {
    try (ResultSet row = database.bind(PAGE, key).executeQuery()) {
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

  /**
   * Where some of its visits may not answer, a page is counted first. That tells often enough that
   * it is none of the best.
   */
  private void rank(Rated rated) throws SQLException {
    if (aboutTexts) {
      PageMatch match = new PageMatch(database, query);
      rankOffered(match.seeAll(rated.page()), match);
      return;
    }
    PageMatch counted = rated.counted();
    if (counted == null) {
      PageMatch match = new PageMatch(database, query).count(rated.page());
      if (match.counted() > 0) {
        await(new Rated(most(match.counted(), match.newestCounted()), rated.page(), match));
      }
      return;
    }
    rankOffered(counted.see(), counted);
  }

  private void rankOffered(@Nullable String url, PageMatch match) {
    if (url == null || !match.answers()) {
      inVain++;
      return;
    }
    right++;
    rank(url, match);
  }

  private void rank(String url, PageMatch match) {
    if (!match.answers()) {
      return;
    }
    Rank rank = match.rank(url, search.nowMillis());
    Continuation from = search.continuation();
    if (from != null && rank.compareTo(from.last()) <= 0) {
      passed++;
    } else if (gathering != null) {
      gathering.add(rank);
    } else {
      best.add(new Ranked(rank, url, match));
      if (best.size() > search.limit() + 1) {
        best.remove();
      }
    }
  }

  private Hit hit(Ranked ranked, Tail tail) throws SQLException {
    PageFacts facts = PageFacts.of(database, page(ranked.url()), tail.of(ranked.url()));
    Excerpt excerpt = Excerpt.of(ranked.match().best(), query);
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
