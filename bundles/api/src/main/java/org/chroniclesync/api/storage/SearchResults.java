// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a search found.
 *
 * @param hits the pages, best first, at most {@link Search#limit()}, none twice
 * @param continuation where the next results begin, or null if there are none
 * @param unknownWords if there are no hits, those words of the question that no shown visit holds,
 *     whatever the other conditions
 */
@ProviderType
public record SearchResults(
    List<Hit> hits, @Nullable Continuation continuation, List<UnknownWord> unknownWords) {
  /** What a question without any word or condition finds. */
  public static final SearchResults NONE = new SearchResults(List.of(), null, List.of());

  /** Copies the lists. */
  public SearchResults {
    hits = List.copyOf(hits);
    unknownWords = List.copyOf(unknownWords);
  }

  /**
   * A word of the question that no visit holds.
   *
   * @param word as it is compared, without case and accents
   * @param near a word of the history that is spelled nearly so, or null if none was found
   */
  @ProviderType
  public record UnknownWord(String word, @Nullable String near) {}
}
