// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.storage.SearchResults.UnknownWord;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Query.Field;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.UnknownWords;

/** Which terms of a question nothing holds, and what is spelled nearly so. */
final class Unknown {
  /** Words of the index that are compared with one term. */
  private static final int MAX_WORDS = 50_000;

  private static final String STANDS =
      "SELECT e.transition FROM search s CROSS JOIN entry e ON e.position = s.rowid WHERE search"
          + " MATCH ? AND e.deleted = 0 AND e.transition NOT IN ('auto_subframe',"
          + " 'manual_subframe') LIMIT 1";

  private static final String TAIL =
      "SELECT " + EntryRows.COLUMNS + " FROM entry e WHERE e.position > ? AND e.deleted = 0";

  private static final String WORDS =
      "SELECT term, doc FROM search_word WHERE term >= ? AND term < ? AND length(term) BETWEEN ?"
          + " AND ? LIMIT "
          + MAX_WORDS;

  private final Database database;
  private final Counts counts;

  Unknown(Database database, Counts counts) {
    this.database = database;
    this.counts = counts;
  }

  List<UnknownWord> words(Query query) throws SQLException {
    List<Term> unknown = new ArrayList<>();
    for (Term term : query.terms()) {
      if (!isIndexed(term)) {
        unknown.add(term);
      }
    }
    UnknownWords words = new UnknownWords(unknown);
    showTail(words);
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
    try (ResultSet row = database.bind(STANDS, Match.expression(term)).executeQuery()) {
      return row.next();
    }
  }

  private void showTail(UnknownWords words) throws SQLException {
    try (ResultSet row = database.bind(TAIL, counts.indexed()).executeQuery()) {
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
        words.offer(EntryRows.text(row, 1), row.getDouble(2));
      }
    }
  }

  /** The index knows words of visits that are gone for a while; none of them is told. */
  private UnknownWord standing(UnknownWord word) throws SQLException {
    String near = word.near();
    if (near == null) {
      return word;
    }
    Term term = new Term(Field.ANY, List.of(near), false);
    if (isIndexed(term)) {
      return word;
    }
    UnknownWords tail = new UnknownWords(List.of(term));
    showTail(tail);
    return tail.words().isEmpty() ? word : new UnknownWord(word.word(), null);
  }
}
