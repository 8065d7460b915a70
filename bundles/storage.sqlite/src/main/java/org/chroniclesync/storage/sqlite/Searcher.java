// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.support.Excerpt;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.Words;
import org.chroniclesync.api.storage.support.Words.Word;

/**
 * Answers one question from one view of the store: from the index as far as it goes, and from the
 * entries behind it row by row, with the same words.
 */
final class Searcher {
  /** Of more matches than this those are ranked that changed last. */
  static final int MAX_RANKED = 5_000;

  private static final double[] WEIGHTS = {8, 4, 1};

  /** How much a visit of this moment gains over one of long ago. */
  private static final double RECENCY_GAIN = 1.0;

  private static final double HALF_LIFE_MILLIS = 30.0 * 24 * 60 * 60 * 1000;

  // The constants of FTS5's bm25(), so that both kinds of hit have like scores.
  private static final double K1 = 1.2;
  private static final double LEAST_IDF = 1e-6;

  /** Words that begin with the prefix, of which more would not change the estimate. */
  private static final int MAX_PREFIX_WORDS = 200;

  private static final Comparator<Candidate> WORST_FIRST =
      Comparator.comparingDouble(Candidate::score)
          .thenComparingDouble(Candidate::visitTime)
          .thenComparingLong(Candidate::position);

  private static final Comparator<Hit> BEST_FIRST =
      Comparator.comparingDouble(Hit::score)
          .thenComparingDouble((Hit hit) -> hit.entry().visitTimeMillis())
          .reversed()
          .thenComparing(hit -> hit.entry().id());

  private final Database database;
  private final Query query;
  private final int limit;
  private final double nowMillis;
  private final PriorityQueue<Candidate> best = new PriorityQueue<>(WORST_FIRST);

  private record Candidate(long position, double visitTime, double score) {}

  Searcher(Database database, Query query, int limit, InstantSource clock) {
    this.database = database;
    this.query = query;
    this.limit = limit;
    this.nowMillis = clock.millis();
  }

  List<Hit> hits() throws SQLException {
    Counts counts = Counts.load(database);
    searchIndex();
    if (counts.indexed() < counts.head()) {
      searchTail(counts);
    }
    List<Hit> hits = new ArrayList<>(best.size());
    for (Candidate candidate : best) {
      hits.add(hit(candidate));
    }
    hits.sort(BEST_FIRST);
    return hits;
  }

  private void searchIndex() throws SQLException {
    // An entry that changed has another position, so what the index says of the old one joins
    // nothing.
    String sql =
        "SELECT e.position, e.visit_time, s.score FROM (SELECT rowid AS position, bm25(search, "
            + WEIGHTS[0]
            + ", "
            + WEIGHTS[1]
            + ", "
            + WEIGHTS[2]
            + ") AS score FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT "
            + MAX_RANKED
            + ") s CROSS JOIN entry e ON e.position = s.position WHERE e.deleted = 0";
    try (ResultSet rows = database.bind(sql, expression(query)).executeQuery()) {
      while (rows.next()) {
        offer(rows.getLong(1), rows.getDouble(2), -rows.getDouble(3));
      }
    }
  }

  /** In the language of FTS5. Words hold letters and digits only, so nothing needs escaping. */
  private static String expression(Query query) {
    return query.terms().stream()
        .map(term -> '"' + String.join(" ", term.words()) + '"' + (term.prefix() ? " *" : ""))
        .collect(Collectors.joining(" AND "));
  }

  private void searchTail(Counts counts) throws SQLException {
    double[] rarity = new double[query.terms().size()];
    for (int i = 0; i < rarity.length; i++) {
      double with = Math.min((double) counts.entries(), indexedWith(query.terms().get(i)));
      rarity[i] = Math.max(LEAST_IDF, Math.log((counts.entries() - with + 0.5) / (with + 0.5)));
    }
    String sql =
        "SELECT position, visit_time, title, url, summary FROM entry WHERE position > ? AND"
            + " deleted = 0";
    try (ResultSet rows = database.bind(sql, counts.indexed()).executeQuery()) {
      while (rows.next()) {
        double score = score(rows, rarity);
        if (score > 0) {
          offer(rows.getLong(1), rows.getDouble(2), score);
        }
      }
    }
  }

  /** Returns about how many indexed entries hold the term. */
  private double indexedWith(Term term) throws SQLException {
    double fewest = Double.MAX_VALUE;
    for (int i = 0; i < term.words().size(); i++) {
      boolean prefix = term.prefix() && i == term.words().size() - 1;
      fewest = Math.min(fewest, indexedWith(term.words().get(i), prefix));
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

  /** Returns what bm25() would give to an entry of average length; 0 if a term is missing. */
  private double score(ResultSet row, double[] rarity) throws SQLException {
    List<String> texts = new ArrayList<>(WEIGHTS.length);
    for (int i = 0; i < WEIGHTS.length; i++) {
      texts.add(EntryRows.text(row, 3 + i));
    }
    if (!query.mayBeIn(texts)) {
      return 0;
    }
    List<List<Word>> fields = texts.stream().map(Words::in).toList();
    double score = 0;
    for (int i = 0; i < rarity.length; i++) {
      double frequency = 0;
      for (int field = 0; field < WEIGHTS.length; field++) {
        frequency += WEIGHTS[field] * query.terms().get(i).count(fields.get(field));
      }
      if (frequency == 0) {
        return 0;
      }
      score += rarity[i] * frequency * (K1 + 1) / (frequency + K1);
    }
    return score;
  }

  private void offer(long position, double visitTime, double textScore) {
    double age = Math.max(0, nowMillis - visitTime) / HALF_LIFE_MILLIS;
    double score = textScore * (1 + RECENCY_GAIN * Math.pow(2, -age));
    best.add(new Candidate(position, visitTime, score));
    if (best.size() > limit) {
      best.remove();
    }
  }

  private Hit hit(Candidate candidate) throws SQLException {
    String sql = "SELECT " + EntryRows.COLUMNS + " FROM entry e WHERE e.position = ?";
    try (ResultSet row = database.bind(sql, candidate.position()).executeQuery()) {
      if (!row.next()) {
        throw new SQLException("an entry left a view of the store");
      }
      Entry entry = EntryRows.entry(database, row);
      Excerpt excerpt = Excerpt.of(entry, query);
      return new Hit(entry, candidate.score(), excerpt.text(), excerpt.matches());
    }
  }
}
