// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.chroniclesync.storage.sqlite.Words.Word;

/**
 * A question as terms that must all occur.
 *
 * @param terms none if the text held no word
 */
record Query(List<Term> terms) {
  /**
   * One word, or the characters of a script without blanks in a row.
   *
   * @param words folded, at least one
   * @param prefix whether the last one may go on
   */
  record Term(List<String> words, boolean prefix) {
    /** Returns whether the term stands in the text at the word with this index. */
    boolean standsAt(List<Word> text, int at) {
      int last = words.size() - 1;
      if (at + last >= text.size()) {
        return false;
      }
      for (int i = 0; i <= last; i++) {
        String found = text.get(at + i).folded();
        boolean fits =
            (i == last && prefix) ? found.startsWith(words.get(i)) : found.equals(words.get(i));
        if (!fits || (i > 0 && !text.get(at + i - 1).adjoins(text.get(at + i)))) {
          return false;
        }
      }
      return true;
    }

    int count(List<Word> text) {
      int count = 0;
      for (int at = 0; at < text.size(); at++) {
        if (standsAt(text, at)) {
          count++;
        }
      }
      return count;
    }

    /** In the language of FTS5. Words hold letters and digits only, so nothing needs escaping. */
    private String expression() {
      return '"' + String.join(" ", words) + '"' + (prefix ? " *" : "");
    }
  }

  static Query parse(String text) {
    List<Word> words = Words.in(text);
    LinkedHashSet<Term> terms = new LinkedHashSet<>();
    List<String> run = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      run.add(words.get(i).folded());
      boolean last = i == words.size() - 1;
      if (last || !words.get(i).adjoins(words.get(i + 1))) {
        terms.add(new Term(List.copyOf(run), last));
        run.clear();
      }
    }
    return new Query(List.copyOf(terms));
  }

  /** Tells quickly of most texts that they do not hold all terms; true if it would take longer. */
  boolean mayBeIn(List<String> texts) {
    List<String> lower = new ArrayList<>(texts.size());
    for (String text : texts) {
      if (!Words.isAscii(text)) {
        return true;
      }
      lower.add(text.toLowerCase(Locale.ROOT));
    }
    for (Term term : terms) {
      String word = term.words().get(0);
      if (lower.stream().noneMatch(text -> text.contains(word))) {
        return false;
      }
    }
    return true;
  }

  boolean isEmpty() {
    return terms.isEmpty();
  }

  String expression() {
    return terms.stream().map(Term::expression).collect(Collectors.joining(" AND "));
  }
}
