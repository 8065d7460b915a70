// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.storage.support.Filter;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.Words;
import org.chroniclesync.api.storage.support.Words.Word;
import org.jspecify.annotations.Nullable;

/** A question in the language of FTS5. Words hold nothing that would need escaping. */
final class Match {
  private Match() {}

  /**
   * Returns what the index is asked. It finds all that the terms find, and of filters by site more
   * than they do; or null if there is nothing that it could look up.
   */
  static @Nullable String expression(Query query) {
    List<String> wanted = new ArrayList<>(query.terms().stream().map(Match::expression).toList());
    for (Filter filter : query.filters()) {
      if (filter.kind() == Filter.Kind.SITE && !filter.negated()) {
        for (Word word : Words.in(filter.host())) {
          wanted.add("url : \"" + word.folded() + '"');
        }
      }
    }
    if (wanted.isEmpty()) {
      return null;
    }
    StringBuilder expression = new StringBuilder(String.join(" AND ", wanted));
    if (!query.excluded().isEmpty()) {
      List<String> excluded = query.excluded().stream().map(Match::expression).toList();
      expression.insert(0, '(').append(") NOT (").append(String.join(" OR ", excluded)).append(')');
    }
    return expression.toString();
  }

  static String expression(Term term) {
    String field =
        switch (term.field()) {
          case ANY -> "";
          case TITLE -> "title : ";
          case URL -> "url : ";
        };
    return field + '"' + String.join(" ", term.words()) + '"' + (term.prefix() ? " *" : "");
  }
}
