// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One result of a search, best first.
 *
 * @param entry the entry, never a tombstone
 * @param score how well it fits, by text and recency; greater is better, comparable within one
 *     search only
 * @param snippet an excerpt of the text around the words found, as plain text
 * @param matches where the words found stand in the snippet, in order and apart from each other
 */
@ProviderType
public record Hit(Entry entry, double score, String snippet, List<Match> matches) {
  /** Copies the list. */
  public Hit {
    matches = List.copyOf(matches);
  }

  /**
   * A stretch of the snippet.
   *
   * @param start the index of its first character
   * @param end the index after its last character
   */
  @ProviderType
  public record Match(int start, int end) {}
}
