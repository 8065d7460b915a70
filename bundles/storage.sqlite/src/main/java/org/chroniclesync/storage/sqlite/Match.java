// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.storage.support.Filter;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Query.Field;
import org.chroniclesync.api.storage.support.Query.Term;
import org.jspecify.annotations.Nullable;

/** A question in the language of FTS5. Words hold nothing that would need escaping. */
final class Match {
  /** Prefixes of no more letters have rows of their own in the index. */
  private static final int INDEXED_PREFIX = 3;

  /** Of no more words that begin with a prefix, each is asked for. */
  private static final int MOST_WORDS = 40;

  private static final String BEGINNING =
      "SELECT word FROM word WHERE word >= ? AND word < ? LIMIT " + (MOST_WORDS + 1);

  private final Database database;

  Match(Database database) {
    this.database = database;
  }

  /**
   * Returns what the index is asked. It finds all that the question finds, and more where a scheme
   * or a path is asked for; or null if there is nothing that it could look up.
   */
  @Nullable String expression(Query query) throws SQLException {
    return expression(query, query.terms());
  }

  /**
   * Returns an expression that may find more, and at once. FTS5 gathers all rows of a prefix before
   * it yields the first, unless it is short enough to have rows of its own. So if many words begin
   * with a longer one, its first letters are asked for.
   */
  @Nullable String broadly(Query query) throws SQLException {
    List<Term> terms = new ArrayList<>();
    for (Term term : query.terms()) {
      boolean gathers = isLong(term) && beginning(term).isEmpty();
      terms.add(gathers ? shortened(term) : term);
    }
    return expression(query, terms);
  }

  private @Nullable String expression(Query query, List<Term> terms) throws SQLException {
    List<String> wanted = expressions(terms);
    for (Filter filter : query.filters()) {
      if (filter.kind() == Filter.Kind.SITE && !filter.negated()) {
        String site = Sites.asked(filter.host());
        if (site != null) {
          wanted.add(phrase(Field.URL, List.of(site), false));
        }
      }
    }
    if (wanted.isEmpty()) {
      return null;
    }
    String expression = String.join(" AND ", wanted);
    List<String> excluded = expressions(query.excluded().stream().filter(Match::isWhole).toList());
    return excluded.isEmpty()
        ? expression
        : "(" + expression + ") NOT (" + String.join(" OR ", excluded) + ")";
  }

  private List<String> expressions(List<Term> terms) throws SQLException {
    List<String> expressions = new ArrayList<>();
    for (Term term : terms) {
      String expression = expression(term);
      if (expression != null) {
        expressions.add(expression);
      }
    }
    return expressions;
  }

  /** Returns null if the term may mean the scheme of an address, which the index leaves out. */
  @Nullable String expression(Term term) throws SQLException {
    List<String> words =
        isWhole(term) ? term.words() : term.words().subList(1, term.words().size());
    if (words.isEmpty()) {
      return null;
    }
    List<String> beginning = words.size() == 1 ? beginning(term) : List.of();
    return beginning.isEmpty()
        ? phrase(term.field(), words, term.prefix())
        : column(term.field()) + "(\"" + String.join("\" OR \"", beginning) + "\")";
  }

  /** Returns the words that a long prefix begins; none if they are many, or there is no such. */
  private List<String> beginning(Term term) throws SQLException {
    List<String> words = new ArrayList<>();
    if (isLong(term)) {
      String prefix = last(term);
      String until = prefix + Character.toString(Character.MAX_CODE_POINT);
      try (ResultSet row = database.bind(BEGINNING, prefix, until).executeQuery()) {
        while (row.next()) {
          words.add(EntryRows.text(row, 1));
        }
      }
    }
    return words.size() > MOST_WORDS ? List.of() : words;
  }

  private static boolean isLong(Term term) {
    String word = last(term);
    return term.prefix() && word.codePointCount(0, word.length()) > INDEXED_PREFIX;
  }

  private static String last(Term term) {
    return term.words().get(term.words().size() - 1);
  }

  private static Term shortened(Term term) {
    String word = last(term);
    List<String> words = new ArrayList<>(term.words());
    words.set(words.size() - 1, word.substring(0, word.offsetByCodePoints(0, INDEXED_PREFIX)));
    return new Term(term.field(), words, true);
  }

  /** Tells whether the index holds all of it wherever it occurs. */
  static boolean isWhole(Term term) {
    if (term.field() == Field.TITLE) {
      return true;
    }
    String first = term.words().get(0);
    boolean mayGoOn = term.prefix() && term.words().size() == 1;
    return !(mayGoOn ? Index.beginsScheme(first) : Index.isScheme(first));
  }

  /** Returns a term as it stands within a text, be its first word a scheme or not. */
  static String asItIs(Term term) {
    return phrase(term.field(), term.words(), term.prefix());
  }

  /** Returns what follows the scheme, where an address begins with it. */
  static String afterScheme(Term term) {
    return "url : ^"
        + phrase(Field.ANY, term.words().subList(1, term.words().size()), term.prefix());
  }

  private static String phrase(Field field, List<String> words, boolean prefix) {
    return column(field) + '"' + String.join(" ", words) + '"' + (prefix ? " *" : "");
  }

  private static String column(Field field) {
    return switch (field) {
      case ANY -> "";
      case TITLE -> "title : ";
      case URL -> "url : ";
    };
  }
}
