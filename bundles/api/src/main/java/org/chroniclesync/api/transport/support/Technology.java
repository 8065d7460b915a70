// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import java.time.Duration;
import org.chroniclesync.api.transport.Peering;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What sets one transport apart from another, for a {@link Negotiator}, which calls it on its
 * thread only. No method may block.
 */
@ConsumerType
public interface Technology {
  /**
   * Makes an attempt that does nothing yet.
   *
   * @param peering between whom, and what is known of the peer
   * @param owner whom it tells
   * @return the attempt
   */
  ConnectionAttempt attempt(Peering peering, ConnectionAttempt.Owner owner);

  /**
   * Returns what an offer is known by when it is repeated.
   *
   * @param sdp the session description of the offer, hostile for all that is known
   * @return the same for the same offer and no other of the peer, or null if it names nothing
   */
  @Nullable String nameOf(String sdp);

  /**
   * Says that both descriptions were there and no connection came about.
   *
   * @param patience how long it was tried
   * @return a sentence for a person, with what to do
   */
  String unreachable(Duration patience);
}
