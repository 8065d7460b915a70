// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Members of an entry that this version does not know. They are carried as they came and given out
 * again when the entry is passed on; nobody in between looks inside.
 *
 * @param json the text of a JSON object holding them, or the empty string for none; at most {@value
 *     Bounds#MAX_UNKNOWN_CHARS} characters
 */
@ProviderType
public record UnknownFields(String json) {
  /** No unknown members. */
  public static final UnknownFields NONE = new UnknownFields("");

  /**
   * Checks the bounds and the outermost shape. The text inside is the codec's concern.
   *
   * @throws IllegalArgumentException if the text is too long or no object
   */
  public UnknownFields {
    Bounds.text("unknown fields", json, Bounds.MAX_UNKNOWN_CHARS);
    if (!json.isEmpty() && !(json.startsWith("{") && json.endsWith("}"))) {
      throw new IllegalArgumentException("unknown fields are not a JSON object");
    }
  }

  /**
   * Tells whether there are none.
   *
   * @return true if there are none
   */
  public boolean isEmpty() {
    return json.isEmpty();
  }
}
