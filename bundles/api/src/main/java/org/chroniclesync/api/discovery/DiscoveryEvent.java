// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.osgi.annotation.versioning.ProviderType;

/** What a membership tells its listener. */
@ProviderType
public sealed interface DiscoveryEvent {
  /**
   * A peer is in the room. May be repeated.
   *
   * @param peer the peer, never the member itself
   */
  @ProviderType
  record PeerSeen(PeerId peer) implements DiscoveryEvent {}

  /**
   * A peer left the room. Channels that exist do not depend on it.
   *
   * @param peer the peer
   */
  @ProviderType
  record PeerGone(PeerId peer) implements DiscoveryEvent {}

  /**
   * A peer sent a signal.
   *
   * @param peer who sent it, as the discovery says; nobody has proved it
   * @param signal what it sent
   */
  @ProviderType
  record Signalled(PeerId peer, Signal signal) implements DiscoveryEvent {}

  /**
   * The membership's own state changed.
   *
   * @param state the state from now on
   */
  @ProviderType
  record StateChanged(DiscoveryState state) implements DiscoveryEvent {}
}
