// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.storage.support.Words.Word;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A question as terms that must all occur. A question without any word has no hits.
 *
 * @param terms none if the text held no word
 */
@ProviderType
public record Query(List<Term> terms) {
  /**
   * One word, or the characters of a script without blanks in a row.
   *
   * @param words folded, at least one
   * @param prefix whether the last one may go on
   */
  @ProviderType
  public record Term(List<String> words, boolean prefix) {
    /** Copies the list. */
    public Term {
      words = List.copyOf(words);
    }

    /**
     * Tells whether the term stands in a text at one of its words.
     *
     * @param text the words of the text
     * @param at the index of the word
     * @return true if it begins there
     */
    public boolean standsAt(List<Word> text, int at) {
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

    /**
     * Counts where the term stands in a text.
     *
     * @param text the words of the text
     * @return how often
     */
    public int count(List<Word> text) {
      int count = 0;
      for (int at = 0; at < text.size(); at++) {
        if (standsAt(text, at)) {
          count++;
        }
      }
      return count;
    }
  }

  /** Copies the list. */
  public Query {
    terms = List.copyOf(terms);
  }

  /**
   * Reads what a person typed.
   *
   * @param text any text; no character of it has a meaning of its own
   * @return the question
   */
  public static Query parse(String text) {
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

  /**
   * Tells quickly of most texts that they do not hold all terms.
   *
   * @param texts the texts of one entry
   * @return false if a term is in none of them; true if not, or if it would take long to say
   */
  public boolean mayBeIn(List<String> texts) {
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

  /**
   * Tells whether there is nothing to look for.
   *
   * @return true if the text held no word
   */
  public boolean isEmpty() {
    return terms.isEmpty();
  }
}
