// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery.support;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Who is in a room, up to a number, and what a listener is to be told when that changes. Nobody is
 * told of itself, and of a signal only with its sender (rule 13 of {@link
 * org.chroniclesync.api.discovery.Membership}). Not thread-safe; nothing blocks.
 */
@ProviderType
public final class Roster {
  private final PeerId self;
  private final int maxPeers;
  private final Set<PeerId> known = new LinkedHashSet<>();

  /**
   * Makes a roster of an empty room.
   *
   * @param self the member itself, which is never told of
   * @param maxPeers how many peers may be known; further ones are left out
   */
  public Roster(PeerId self, int maxPeers) {
    this.self = self;
    this.maxPeers = maxPeers;
  }

  /**
   * Takes a list of all who are there.
   *
   * @param peers the peers, some perhaps more than once
   * @return who has gone, then all who are there
   */
  public List<DiscoveryEvent> present(Collection<PeerId> peers) {
    Set<PeerId> there = new LinkedHashSet<>(peers);
    List<DiscoveryEvent> events = new ArrayList<>();
    known.stream()
        .filter(peer -> !there.contains(peer))
        .map(DiscoveryEvent.PeerGone::new)
        .forEach(events::add);
    known.retainAll(there);
    there.forEach(peer -> events.addAll(seen(peer)));
    return events;
  }

  /**
   * Takes word that a peer is there.
   *
   * @param peer the peer
   * @return that it was seen, or nothing if it is the member itself or one too many
   */
  public List<DiscoveryEvent> seen(PeerId peer) {
    if (peer.equals(self) || (known.size() >= maxPeers && !known.contains(peer))) {
      return List.of();
    }
    known.add(peer);
    return List.of(new DiscoveryEvent.PeerSeen(peer));
  }

  /**
   * Takes word that a peer has gone.
   *
   * @param peer the peer
   * @return that it has gone, or nothing if it was not known
   */
  public List<DiscoveryEvent> gone(PeerId peer) {
    return known.remove(peer) ? List.of(new DiscoveryEvent.PeerGone(peer)) : List.of();
  }

  /**
   * Takes a signal, which may overtake the word that its sender is there.
   *
   * @param peer the sender
   * @param signal the signal
   * @return the signal, after its sender if that is new; nothing if the sender is the member itself
   *     or one too many
   */
  public List<DiscoveryEvent> signalled(PeerId peer, Signal signal) {
    List<DiscoveryEvent> events = new ArrayList<>();
    if (!known.contains(peer)) {
      events.addAll(seen(peer));
    }
    if (known.contains(peer)) {
      events.add(new DiscoveryEvent.Signalled(peer, signal));
    }
    return events;
  }
}
