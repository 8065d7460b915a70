// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.osgi.annotation.versioning.ConsumerType;

/** Being in a room. Lasts over lost connections until it is closed. Safe for any thread. */
@ConsumerType
public interface Membership extends AutoCloseable {
  /**
   * Sends a signal to a peer, as well as can be: what cannot be sent within the bounds of the queue
   * is dropped, and peers repeat what matters. Never blocks. Does nothing after close.
   *
   * @param peer the peer
   * @param signal the signal
   */
  void signal(PeerId peer, Signal signal);

  /**
   * Tells whether candidates may follow an offer or answer one by one. Where a person carries the
   * signals by hand they cannot, and a transport puts all candidates into the description.
   *
   * @return true if candidates can trickle
   */
  boolean trickles();

  /**
   * Leaves the room. Returns when no further event will come; hence it must not be called from a
   * listener. Closing twice is allowed.
   */
  @Override
  void close();
}
