// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.chroniclesync.api.history.Bounds;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A full-text question. Every word must occur in title, URL or page summary; the last word matches
 * as a prefix, so that results come while a person types. No character has a special meaning.
 *
 * @param text what the person typed, at most {@value #MAX_TEXT_CHARS} characters
 * @param limit how many results at most, 1 to {@value #MAX_LIMIT}
 */
@ProviderType
public record Search(String text, int limit) {
  /** Longest text, in characters. */
  public static final int MAX_TEXT_CHARS = 1_000;

  /** Most results of one search. */
  public static final int MAX_LIMIT = 1_000;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the text is too long or the limit outside its range
   */
  public Search {
    Bounds.text("search text", text, MAX_TEXT_CHARS);
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException(
          "search limit " + limit + " is not between 1 and " + MAX_LIMIT);
    }
  }
}
