// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport;

import org.chroniclesync.api.discovery.PeerId;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Between whom a link is, and what is known of the peer.
 *
 * @param self the name of this device
 * @param peer the name of the peer
 * @param trickles whether candidates can follow a description one by one
 * @param proven whether the signals come from a device of the account: they are sealed with its
 *     key, a person carries them, or the peer has proved the key before. If not, anybody may have
 *     made them up, and a transport must not let a stranger decide where this node sends packets
 *     (rule L8 of {@link Link})
 */
@ProviderType
public record Peering(PeerId self, PeerId peer, boolean trickles, boolean proven) {
  /**
   * Makes a peering with a proven peer whose candidates can follow one by one.
   *
   * @param self the name of this device
   * @param peer the name of the peer
   * @return the peering
   */
  public static Peering of(PeerId self, PeerId peer) {
    return new Peering(self, peer, true, true);
  }
}
