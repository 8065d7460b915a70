// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.chroniclesync.api.storage.FeedId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The stretch of the sender's change feed that a message covers: whoever had all up to {@code
 * after} has all up to {@code upTo} once its entries are stored. An additional member of {@code
 * history} and {@code sync-response} between nodes of this project.
 *
 * @param feed the feed
 * @param after the position before the stretch
 * @param upTo the last position in it
 * @param head the newest position of the feed when the message was made
 */
@ProviderType
public record Segment(FeedId feed, long after, long upTo, long head) {
  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException unless 0 ≤ after ≤ upTo ≤ head
   */
  public Segment {
    if (after < 0 || upTo < after || head < upTo) {
      throw new IllegalArgumentException(
          "segment after " + after + " up to " + upTo + " of " + head);
    }
  }
}
