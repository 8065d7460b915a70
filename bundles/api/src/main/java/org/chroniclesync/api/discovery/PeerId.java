// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.chroniclesync.api.history.Bounds;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Names a device in its room, stable over restarts. A node's is made of its public key ({@link
 * org.chroniclesync.api.discovery.support.DeviceKeys#peer}); a client of version 1 chooses its own.
 * Neither the device id of its entries nor the account id.
 *
 * @param value 1 to {@value Bounds#MAX_ID_CHARS} characters without control characters
 */
@ProviderType
public record PeerId(String value) implements Comparable<PeerId> {
  /** What the peer id of a node begins with; see the wire's specification, section 3. */
  public static final String NODE_PREFIX = "node.";

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the value is outside them
   */
  public PeerId {
    Bounds.id("peer id", value);
  }

  /**
   * Makes the peer id of a node.
   *
   * @param unique what sets it apart from all others
   * @return the id
   * @throws IllegalArgumentException if it would be outside the bounds
   */
  public static PeerId ofNode(String unique) {
    return new PeerId(NODE_PREFIX + unique);
  }

  /**
   * Tells whether this is a node by its own account. A client of version 1 could call itself so,
   * and would have to be met all the same.
   *
   * @return true if it begins with {@link #NODE_PREFIX}
   */
  public boolean isNode() {
    return value.startsWith(NODE_PREFIX);
  }

  /**
   * Compares by UTF-16 code unit; of two nodes that offer at once, the smaller one's offer stands.
   */
  @Override
  public int compareTo(PeerId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
