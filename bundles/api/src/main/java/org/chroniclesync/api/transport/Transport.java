// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A technology that makes channels. Registered as an OSGi service with the property {@value
 * #NAME_PROPERTY}; where there are several, service ranking says which is tried first. Safe for any
 * thread.
 */
@ConsumerType
public interface Transport {
  /** The service property that names the technology, such as {@code webrtc}. */
  String NAME_PROPERTY = "transport.name";

  /**
   * Prepares to connect with a peer. Returns at once; nothing happens before {@link Link#offer} or
   * {@link Link#signal} is called. When the service leaves, its owner closes the links and the
   * channels that it gave out.
   *
   * @param self the name of this device
   * @param peer the name of the peer
   * @param trickles whether candidates can follow a description one by one
   * @param listener told of events one at a time, in order, on a thread of the transport that is
   *     neither native nor used for I/O; it may block briefly
   * @return the link
   */
  Link link(PeerId self, PeerId peer, boolean trickles, Consumer<LinkEvent> listener);
}
