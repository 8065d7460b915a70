// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import org.chroniclesync.api.discovery.Signal;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The effort to have a channel with one peer, for as long as the peer is of interest. Safe for any
 * thread; no method blocks.
 *
 * <ol>
 *   <li>L1 <b>Either way.</b> Either end may offer; candidates may follow or not.
 *   <li>L2 <b>Glare.</b> If both ends offer, the offer of the smaller id stands, and each end is
 *       told of one channel of the same connection; also if the greater missed that offer.
 *   <li>L3 <b>Anew.</b> An offer gives a new channel, be one open or lost.
 *   <li>L4 <b>Unshaken.</b> Whatever is signalled, the link stays usable, and nothing of it makes a
 *       channel but the peer's true description.
 *   <li>L5 <b>Closed is closed.</b> After close nothing is told any more; channels live on.
 *   <li>L6 <b>Told why.</b> An attempt that comes to nothing ends with a sentence.
 *   <li>L7 <b>Guarded.</b> Whoever was not invited gets no channel and holds up nobody.
 *   <li>L8 <b>No reflector.</b> A peer that is not {@link Peering#proven} does not choose where
 *       this node sends packets: its addresses are few and of a kind that a device of the person's
 *       may have, nothing connects to them by TCP, and an attempt is given up soon.
 * </ol>
 */
@ConsumerType
public interface Link extends AutoCloseable {
  /**
   * Proposes a connection to the peer, anew if one was proposed before. Does nothing after close.
   */
  void offer();

  /**
   * Takes a signal from the peer: whatever may come, in whatever order. Does nothing after close.
   *
   * @param signal the signal
   */
  void signal(Signal signal);

  /**
   * Gives up what is under way. Channels that were handed out live on; they have owners. Closing
   * twice is allowed.
   */
  @Override
  void close();
}
