// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.chroniclesync.api.storage.FeedId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a reader stands in a feed: it holds, durably, all up to here. An additional member of
 * {@code sync-request} between nodes of this project; each one acknowledges what came before.
 *
 * @param feed the feed
 * @param after the position, 0 for nothing yet
 */
@ProviderType
public record FeedPosition(FeedId feed, long after) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the position is negative
   */
  public FeedPosition {
    if (after < 0) {
      throw new IllegalArgumentException("feed position " + after);
    }
  }
}
