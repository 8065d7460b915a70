// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.storage.SearchResults.UnknownWord;
import org.chroniclesync.api.storage.support.NearSpelling;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Query.Field;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.UnknownWords;
import org.jspecify.annotations.Nullable;

/** Which terms of a question nothing holds, and what is spelled nearly so. */
final class Unknown {
  /** Words of the index that are compared with one term. */
  private static final int MAX_WORDS = 50_000;

  /** Texts that are read to find a scheme. */
  private static final int MAX_TEXTS = 200;

  private static final String STANDS =
      "SELECT 1 FROM search s WHERE search MATCH ? AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.row"
          + " = s.rowid) LIMIT 1";

  private static final String SOME =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM face f CROSS JOIN entry e ON e.position = f.position LIMIT "
          + MAX_TEXTS;

  private static final String HOLDING =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM search s CROSS JOIN face f ON f.text = s.rowid & "
          + (Place.TEXTS - 1)
          + " CROSS JOIN entry e ON e.position = f.position WHERE search MATCH ? LIMIT "
          + MAX_TEXTS;

  private static final String QUEUED =
      "SELECT "
          + EntryRows.COLUMNS
          + " FROM unindexed u CROSS JOIN text t ON t.page = u.page CROSS JOIN face f ON f.text ="
          + " t.id CROSS JOIN entry e ON e.position = f.position ORDER BY u.page DESC LIMIT "
          + Searcher.MOST_QUEUED;

  private static final String WORDS =
      "SELECT word FROM word WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ? LIMIT "
          + MAX_WORDS;

  private static final String TEXTS = "SELECT total(doc) FROM search_word WHERE term = ?";

  private final Database database;
  private final Tail tail;

  Unknown(Database database, Tail tail) {
    this.database = database;
    this.tail = tail;
  }

  List<UnknownWord> words(Query query) throws SQLException {
    List<Term> unknown = new ArrayList<>();
    for (Term term : query.terms()) {
      if (!isIndexed(term)) {
        unknown.add(term);
      }
    }
    UnknownWords words = new UnknownWords(unknown);
    showUnindexed(words);
    for (Term term : unknown) {
      if (term.length() == 1) {
        offerLike(term.words().get(0), words);
      }
    }
    List<UnknownWord> said = new ArrayList<>();
    for (UnknownWord word : words.words()) {
      said.add(standing(word));
    }
    return said;
  }

  private boolean isIndexed(Term term) throws SQLException {
    String expression = new Match(database).expression(term);
    if (expression == null) {
      return isHeld(term, null);
    }
    if (Match.isWhole(term)) {
      return stands(expression);
    }
    return stands(Match.asItIs(term)) || isHeld(term, Match.afterScheme(term));
  }

  private boolean stands(String expression) throws SQLException {
    try (ResultSet row = database.bind(STANDS, expression).executeQuery()) {
      return row.next();
    }
  }

  /** The index leaves out the schemes of addresses, so the texts themselves must tell. */
  private boolean isHeld(Term term, @Nullable String expression) throws SQLException {
    UnknownWords words = new UnknownWords(List.of(term));
    try (ResultSet row =
        (expression == null ? database.statement(SOME) : database.bind(HOLDING, expression))
            .executeQuery()) {
      while (!words.words().isEmpty() && row.next()) {
        words.see(EntryRows.entry(database, row));
      }
    }
    return words.words().isEmpty();
  }

  private void showUnindexed(UnknownWords words) throws SQLException {
    tail.all().forEach(words::see);
    try (ResultSet row = database.statement(QUEUED).executeQuery()) {
      while (row.next()) {
        words.see(EntryRows.entry(database, row));
      }
    }
  }

  /** A fault in the first letter is looked for where that one is missing, or swapped. */
  private void offerLike(String word, UnknownWords words) throws SQLException {
    int first = word.codePointAt(0);
    offerFrom(first, word, words);
    int next = Character.charCount(first);
    if (next < word.length() && word.codePointAt(next) != first) {
      offerFrom(word.codePointAt(next), word, words);
    }
  }

  private void offerFrom(int first, String word, UnknownWords words) throws SQLException {
    String from = Character.toString(first);
    String until = from + Character.toString(Character.MAX_CODE_POINT);
    try (ResultSet row =
        database.bind(WORDS, from, until, word.length() - 2, word.length() + 2).executeQuery()) {
      while (row.next()) {
        String near = EntryRows.text(row, 1);
        if (isNear(near, word)) {
          words.offer(near, texts(near));
        }
      }
    }
  }

  private static boolean isNear(String near, String word) {
    NearSpelling spelling = new NearSpelling(word);
    spelling.offer(near, 1);
    return spelling.best() != null;
  }

  /** Returns how many texts hold a word. */
  private double texts(String word) throws SQLException {
    try (ResultSet row = database.bind(TEXTS, word).executeQuery()) {
      return row.next() ? row.getDouble(1) : 0;
    }
  }

  /** The index knows words of texts that are gone for a while; none of them is told. */
  private UnknownWord standing(UnknownWord word) throws SQLException {
    String near = word.near();
    if (near == null) {
      return word;
    }
    Term term = new Term(Field.ANY, List.of(near), false);
    if (isIndexed(term)) {
      return word;
    }
    UnknownWords unindexed = new UnknownWords(List.of(term));
    showUnindexed(unindexed);
    return unindexed.words().isEmpty() ? word : new UnknownWord(word.word(), null);
  }
}
