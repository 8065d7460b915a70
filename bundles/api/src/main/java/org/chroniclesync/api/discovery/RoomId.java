// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.chroniclesync.api.history.Bounds;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Names a room in which the devices of an account meet. Not secret, but not for logs either: that
 * of version 1 is a prefix of the account id. The nodes' room begins with {@link #NODE_PREFIX} and
 * is named after its public key.
 *
 * @param value 1 to {@value Bounds#MAX_ID_CHARS} characters
 */
@ProviderType
public record RoomId(String value) {
  /** What the id of a room of nodes begins with; see the wire's specification, section 1. */
  public static final String NODE_PREFIX = "r2.";

  private static final int SHOWN_CHARS = 2;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the value is outside them
   */
  public RoomId {
    Bounds.id("room id", value);
  }

  /**
   * Tells whether this is a room of nodes, which nobody enters without a proof.
   *
   * @return true if it begins with {@link #NODE_PREFIX}
   */
  public boolean isOfNodes() {
    return value.startsWith(NODE_PREFIX);
  }

  /** Returns the first two characters that tell rooms apart only, enough for a log. */
  @Override
  public String toString() {
    int shown = (isOfNodes() ? NODE_PREFIX.length() : 0) + SHOWN_CHARS;
    return value.substring(0, Math.min(shown, value.length())) + "…";
  }
}
