// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.support.Words.Word;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A question, read: what one visit must meet for its page to be found. {@link Search} says how it
 * is written. Immutable.
 *
 * @param terms what must occur
 * @param excluded what must not occur
 * @param filters what must hold besides
 * @param fromMillis the earliest visit time that answers, milliseconds since 1970
 * @param untilMillis the first visit time that no longer answers
 */
@ProviderType
public record Query(
    List<Term> terms,
    List<Term> excluded,
    List<Filter> filters,
    double fromMillis,
    double untilMillis) {
  /**
   * Stands in a phrase between characters of a script without blanks that are apart; no word holds
   * it.
   */
  public static final String GAP = "\uE000";

  /** Where a term is looked for. */
  @ProviderType
  public enum Field {
    /** In title, URL and summary. */
    ANY,
    /** In the title. */
    TITLE,
    /** In the URL. */
    URL
  }

  /**
   * Words in a row.
   *
   * @param field where
   * @param words folded, at least one; {@link #GAP} between some, not at either end
   * @param prefix whether the last one may go on
   */
  @ProviderType
  public record Term(Field field, List<String> words, boolean prefix) {
    /** Copies the list. */
    public Term {
      words = List.copyOf(words);
    }

    /**
     * Tells how many words of a text the term covers.
     *
     * @return at least 1
     */
    public int length() {
      return (int) words.stream().filter(word -> !word.equals(GAP)).count();
    }

    /**
     * Tells whether the term stands in a text at one of its words.
     *
     * @param text the words of the text
     * @param at the index of the word
     * @return true if it begins there
     */
    public boolean standsAt(List<Word> text, int at) {
      int next = at;
      boolean gap = false;
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        if (word.equals(GAP)) {
          gap = true;
          continue;
        }
        boolean goesOn = prefix && i == words.size() - 1;
        if (next >= text.size()
            || !fits(text.get(next).folded(), word, goesOn)
            || (next > at && isGap(text.get(next - 1), text.get(next)) != gap)) {
          return false;
        }
        gap = false;
        next++;
      }
      return true;
    }

    private static boolean fits(String found, String word, boolean prefix) {
      return prefix ? found.startsWith(word) : found.equals(word);
    }

    /**
     * Tells whether the term stands in a text.
     *
     * @param text the words of the text
     * @return true if it stands at one of its words
     */
    public boolean standsIn(List<Word> text) {
      for (int at = 0; at < text.size(); at++) {
        if (standsAt(text, at)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Copies the lists. */
  public Query {
    terms = List.copyOf(terms);
    excluded = List.copyOf(excluded);
    filters = List.copyOf(filters);
  }

  /**
   * Reads what a person typed.
   *
   * @param search the question; nothing in its text is an error
   * @return the question, read
   */
  public static Query of(Search search) {
    return new QueryReader(search).read();
  }

  /** Tells whether the index has a {@link #GAP} between two words. */
  static boolean isGap(Word word, Word next) {
    return word.single() && next.single() && !word.adjoins(next);
  }

  /**
   * Tells whether a visit is shown and meets the filters and times. The words are another matter.
   *
   * @param entry any entry
   * @return false if it cannot be what the question asks for
   */
  public boolean admits(Entry entry) {
    return !entry.deleted()
        && admits(entry.device(), entry.url(), entry.transition(), entry.visitTimeMillis());
  }

  /**
   * As {@link #admits(Entry)}, for a store that has not read the whole entry.
   *
   * @param device who recorded the visit
   * @param url where it went
   * @param transition how it came about
   * @param visitTimeMillis when it was
   * @return false if it cannot be what the question asks for
   */
  public boolean admits(Device device, String url, String transition, double visitTimeMillis) {
    return Visibility.isShown(transition)
        && visitTimeMillis >= fromMillis
        && visitTimeMillis < untilMillis
        && filters.stream().allMatch(filter -> filter.admits(device, url));
  }

  /**
   * Rates the text of a visit, by where each term stands in it.
   *
   * @param entry the visit
   * @return greater is better; 0 if a term is missing or an excluded one occurs
   */
  public double rate(Entry entry) {
    return rate(texts(entry));
  }

  /**
   * As {@link #rate(Entry)}, for a store that has not read the whole entry.
   *
   * @param url where the visit went
   * @param title its title
   * @param summary the summary of the page, empty if there is none
   * @return greater is better; 0 if a term is missing or an excluded one occurs
   */
  public double rate(String url, String title, String summary) {
    return rate(List.of(title, Address.searchable(url), summary));
  }

  private double rate(List<String> texts) {
    if (!mayBeIn(texts)) {
      return 0;
    }
    List<List<Word>> fields = texts.stream().map(Words::in).toList();
    if (excluded.stream().anyMatch(term -> Weights.term(term, fields) > 0)) {
      return 0;
    }
    if (terms.isEmpty()) {
      return 1;
    }
    double score = 0;
    for (Term term : terms) {
      double counts = Weights.term(term, fields);
      if (counts == 0) {
        return 0;
      }
      score += counts;
    }
    return score;
  }

  static List<String> texts(Entry entry) {
    PageSummary page = entry.page();
    return List.of(
        entry.title(), Address.searchable(entry.url()), page == null ? "" : page.summary());
  }

  /** Tells quickly of most texts that they do not hold all terms. */
  boolean mayBeIn(List<String> texts) {
    List<String> lower = new ArrayList<>(texts.size());
    for (String text : texts) {
      if (!Words.isAscii(text)) {
        return true;
      }
      lower.add(text.toLowerCase(Locale.ROOT));
    }
    for (Term term : terms) {
      String word = Words.asAscii(term.words().get(0));
      if (Words.isAscii(word) && lower.stream().noneMatch(text -> Words.asciiHas(text, word))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Tells whether there is nothing to look for.
   *
   * @return true if the text held neither a word to find nor a condition
   */
  public boolean isEmpty() {
    return terms.isEmpty()
        && filters.isEmpty()
        && fromMillis == -Double.MAX_VALUE
        && untilMillis == Double.MAX_VALUE;
  }
}
