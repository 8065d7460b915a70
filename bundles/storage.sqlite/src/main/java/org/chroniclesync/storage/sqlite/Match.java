// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.storage.support.Filter;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Query.Field;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.Words;
import org.chroniclesync.api.storage.support.Words.Word;
import org.jspecify.annotations.Nullable;

/** A question in the language of FTS5. Words hold nothing that would need escaping. */
final class Match {
  private Match() {}

  /**
   * Returns what the index is asked. It finds all that the question finds, and more where a scheme
   * or a path is asked for; or null if there is nothing that it could look up.
   */
  static @Nullable String expression(Query query) {
    List<String> wanted = expressions(query.terms());
    for (Filter filter : query.filters()) {
      if (filter.kind() == Filter.Kind.SITE && !filter.negated()) {
        List<String> words = Words.in(filter.host()).stream().map(Word::folded).toList();
        wanted.add(phrase(Field.URL, words, false));
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

  private static List<String> expressions(List<Term> terms) {
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
  static @Nullable String expression(Term term) {
    List<String> words =
        isWhole(term) ? term.words() : term.words().subList(1, term.words().size());
    return words.isEmpty() ? null : phrase(term.field(), words, term.prefix());
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

  private static String phrase(Field field, List<String> words, boolean prefix) {
    String column =
        switch (field) {
          case ANY -> "";
          case TITLE -> "title : ";
          case URL -> "url : ";
        };
    return column + '"' + String.join(" ", words) + '"' + (prefix ? " *" : "");
  }
}
