// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Signal;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A technology that makes channels. Registered as an OSGi service with the property {@value
 * #NAME_PROPERTY}. Where there are several, each peer is tried with the best ranked first and with
 * the next one when that fails; a proposal of the peer's goes to the best ranked that {@link
 * #accepts} it. Safe for any thread.
 *
 * <p>The rules, and those of {@link Link} and {@link Channel}, are what {@code
 * org.chroniclesync.testkits.transport} holds a transport to.
 *
 * <ol>
 *   <li>T1 <b>Told apart.</b> It accepts its own offers and answers and those of no other
 *       technology, whatever they are made of.
 *   <li>T2 <b>Quiet.</b> A link does nothing before it is told to.
 *   <li>T3 <b>One at a time.</b> Events of a link come in order, the next when the listener has
 *       returned, or has thrown, be it an {@link Error}.
 *   <li>T4 <b>Clean.</b> When the service has left, its links and channels have ended, for those
 *       who hold them by {@link CloseReason.Kind#LOCAL}, and no thread, socket or file is left.
 *   <li>T5 <b>Apart.</b> Peers do not disturb each other.
 * </ol>
 */
@ConsumerType
public interface Transport {
  /** The service property that names the technology, such as {@code webrtc}. */
  String NAME_PROPERTY = "transport.name";

  /**
   * The service property, a {@code Boolean}, that says whether clients of version 1 speak the
   * technology. Without it they do not, and are never offered it.
   */
  String LEGACY_PROPERTY = "transport.legacy";

  /**
   * Tells whether a signal is of this technology. Session descriptions of different technologies
   * must be told apart by their media line; candidates are WebRTC's, other technologies put their
   * addresses into their descriptions. A sealed signal is nobody's until it is opened. Does not
   * block.
   *
   * @param signal a signal of a peer, hostile for all that is known
   * @return true if a link of this transport can deal with it
   */
  boolean accepts(Signal signal);

  /**
   * Prepares to connect with a peer. Returns at once; nothing happens before {@link Link#offer} or
   * {@link Link#signal} is called. When the service leaves, its owner closes the links and the
   * channels that it gave out.
   *
   * @param peering between whom, and what is known of the peer. It does not change: for a peer that
   *     has proved the account's key later, ask for another link
   * @param listener told of events one at a time, in order, on a thread of the transport that is
   *     neither native nor used for I/O; it may block briefly
   * @return the link
   */
  Link link(Peering peering, Consumer<LinkEvent> listener);
}
