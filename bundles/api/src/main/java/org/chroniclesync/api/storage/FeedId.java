// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.chroniclesync.api.history.Bounds;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Names the change feed of one store. Positions mean something only together with it; a store that
 * was emptied, restored from a copy or replaced has a new one.
 *
 * @param value 1 to {@value Bounds#MAX_ID_CHARS} characters, random
 */
@ProviderType
public record FeedId(String value) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the value is outside them
   */
  public FeedId {
    Bounds.id("feed id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
