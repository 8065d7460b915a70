// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.SearchResults.UnknownWord;
import org.chroniclesync.api.storage.support.Query.Term;
import org.chroniclesync.api.storage.support.Words.Word;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Finds, among the visits that it is shown, which terms of a question none of them holds, and what
 * is spelled nearly so. Remembers up to {@value #MAX_WORDS} words. Not thread-safe.
 */
@ProviderType
public final class UnknownWords {
  /** How many words are compared at most. */
  public static final int MAX_WORDS = 100_000;

  private final List<Sought> sought = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  private record Sought(Term term, NearSpelling near) {}

  /**
   * Looks for the terms of a question.
   *
   * @param query the question
   */
  public UnknownWords(Query query) {
    this(query.terms());
  }

  /**
   * Looks for terms.
   *
   * @param terms what is sought
   */
  public UnknownWords(List<Term> terms) {
    for (Term term : terms) {
      sought.add(new Sought(term, new NearSpelling(String.join("", term.words()))));
    }
  }

  /**
   * Shows a visit.
   *
   * @param entry any entry; those that are not shown to people are passed over
   */
  public void see(Entry entry) {
    if (sought.isEmpty() || !Visibility.isShown(entry)) {
      return;
    }
    List<List<Word>> fields = Query.texts(entry).stream().map(Words::in).toList();
    sought.removeIf(one -> Weights.term(one.term(), fields) > 0);
    for (List<Word> field : fields) {
      for (Word word : field) {
        if (seen.size() < MAX_WORDS && seen.add(word.folded())) {
          offer(word.folded(), 1);
        }
      }
    }
  }

  /**
   * Offers a word of the history as a near spelling.
   *
   * @param word folded
   * @param frequency of two that are as near the more frequent one is taken
   */
  public void offer(String word, double frequency) {
    sought.stream()
        .filter(one -> one.term().length() == 1)
        .forEach(one -> one.near().offer(word, frequency));
  }

  /**
   * Returns what was not found.
   *
   * @return the terms, in the order of the question
   */
  public List<UnknownWord> words() {
    return sought.stream()
        .map(
            one -> {
              List<String> words =
                  one.term().words().stream().filter(word -> !word.equals(Query.GAP)).toList();
              return new UnknownWord(String.join(" ", words), one.near().best());
            })
        .toList();
  }
}
