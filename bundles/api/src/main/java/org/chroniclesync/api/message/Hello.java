// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.message;

import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.storage.FeedId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How nodes of this project know each other: an additional member of {@code ping} and {@code pong}
 * that existing clients ignore.
 *
 * @param version the highest version of the protocol that the node speaks, 1 or greater
 * @param feed the change feed that its entries come from
 */
@ProviderType
public record Hello(int version, FeedId feed) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the version is none
   */
  public Hello {
    if (version < 1) {
      throw new IllegalArgumentException("protocol version " + version);
    }
    Bounds.id("feed id", feed.value());
  }
}
