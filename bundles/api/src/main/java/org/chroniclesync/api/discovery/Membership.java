// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Being in a room. Lasts over lost connections until it is closed. Safe for any thread.
 *
 * <p>The rules, numbered on from those of {@link Discovery}:
 *
 * <ol start="7">
 *   <li>{@link #signal} never blocks, whether anybody hears it or not, and whatever the listener
 *       does.
 *   <li>After {@link #close} no event comes; the last one is that it was left ({@link
 *       DiscoveryState.Left}), once.
 *   <li>Closing twice, and by several threads at once, is allowed; each returns when it is over.
 *   <li>Closing by the listener's own thread is refused ({@link IllegalStateException}).
 *   <li>A listener that does not return is interrupted after a few seconds; closing ends all the
 *       same.
 *   <li>Signals to strangers, and signals after close, do nothing.
 * </ol>
 *
 * <p>Those of a membership that finds its peers without a person's help:
 *
 * <ol start="13">
 *   <li>Members of a room see each other, and that one has gone. Nobody sees itself, or a member of
 *       another room.
 *   <li>A signal arrives as it was sent, whatever is in it, and says who sent it.
 *   <li>The signals of a member to another arrive in the order in which they were sent.
 *   <li>A member that floods another does not keep a third from being heard, nor either of them
 *       from leaving.
 * </ol>
 */
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
