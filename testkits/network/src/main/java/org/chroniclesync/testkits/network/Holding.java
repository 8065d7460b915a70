// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import org.chroniclesync.api.discovery.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Something that was given out and is still open.
 *
 * @param kind what it is
 * @param by the name of the transport or discovery that gave it out
 * @param holder who has it
 * @param peer whom it leads to, or null for a membership
 */
public record Holding(Kind kind, String by, PeerId holder, @Nullable PeerId peer) {
  /** What can be held. */
  public enum Kind {
    /** One end of a connection. */
    CHANNEL,
    /** A link of a transport. */
    LINK,
    /** A membership in a room. */
    MEMBERSHIP
  }

  @Override
  public String toString() {
    String what = kind.name().toLowerCase(java.util.Locale.ROOT) + " of " + by;
    return what + " held by " + holder + (peer == null ? "" : ", to " + peer);
  }
}
