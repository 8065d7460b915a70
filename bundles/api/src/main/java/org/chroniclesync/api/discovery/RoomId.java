// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.chroniclesync.api.history.Bounds;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Names the room in which the devices of an account meet. Not secret, but not for logs either: it
 * is a prefix of the account id.
 *
 * @param value 1 to {@value Bounds#MAX_ID_CHARS} characters
 */
@ProviderType
public record RoomId(String value) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the value is outside them
   */
  public RoomId {
    Bounds.id("room id", value);
  }

  /** Returns the first two characters only, enough to tell rooms apart in a log. */
  @Override
  public String toString() {
    return value.substring(0, Math.min(2, value.length())) + "…";
  }
}
