// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.Channel;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One offer or one answer of a technology, until its channel opens or nothing comes of it. Made and
 * used by a {@link Negotiator}, on its thread only; no method may block there. What a method throws
 * costs the attempt, and the peer's link says so.
 */
@ConsumerType
public interface ConnectionAttempt {
  /**
   * Makes an offer and has it sent by {@link Owner#signal}, now or later. Called first, or never.
   */
  void offer();

  /**
   * Answers an offer, by {@link Owner#signal}, now or later. Called first, or never.
   *
   * @param offer what the peer sent, hostile for all that is known
   */
  void answer(Signal.Offer offer);

  /**
   * Takes the answer to the offer that this attempt sent. Called once at most.
   *
   * @param answer what the peer sent, hostile for all that is known
   */
  void answered(Signal.Answer answer);

  /**
   * Takes a candidate. It may belong to another attempt with the same peer. Ignored unless
   * overridden, as suits a technology whose descriptions hold all addresses.
   *
   * @param candidate what the peer sent, hostile for all that is known
   */
  default void candidate(Signal.Candidate candidate) {}

  /**
   * Returns the offer of this attempt for as long as it has no answer, so that it can be repeated
   * for a peer that missed it.
   *
   * @return the session description, or null if there is none to repeat
   */
  @Nullable String pendingOffer();

  /**
   * Gives up and frees all that belongs to the attempt, without telling the owner. A channel that
   * was opened lives on. May be called in any state, and again.
   */
  void abandon();

  /** Whom an attempt tells, on the thread of the negotiator only. Nothing blocks. */
  @ProviderType
  interface Owner {
    /**
     * Sends a signal to the peer.
     *
     * @param signal the signal
     */
    void signal(Signal signal);

    /**
     * Tells how far the attempt is, for a person who asks why nothing comes of it. Allowed at any
     * time, also while the attempt is abandoned and after it ended.
     *
     * @param report how far it is
     */
    void progress(AttemptReport report);

    /**
     * Hands over the channel. The attempt has come to its end; what it tells after this is ignored.
     *
     * @param channel the channel, open; it now belongs to the owner
     */
    void opened(Channel channel);

    /**
     * Nothing came of the attempt. It has freed all that belongs to it.
     *
     * @param why a sentence for a person, with what to do
     */
    void failed(String why);
  }
}
