// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.discovery.PeerId;

/** Who is in which room, as the discoveries say. For the loop. */
final class Presences {
  /** In each room; further ones are not remembered. */
  private static final int MAX_PEERS = 1_024;

  private final Map<DiscoveryMembership, Set<PeerId>> present = new HashMap<>();

  void came(DiscoveryMembership where, PeerId peer) {
    Set<PeerId> there = present.computeIfAbsent(where, room -> new HashSet<>());
    if (there.size() < MAX_PEERS) {
      there.add(peer);
    }
  }

  void went(DiscoveryMembership where, PeerId peer) {
    Set<PeerId> there = present.get(where);
    if (there != null) {
      there.remove(peer);
    }
  }

  /** The node itself left. */
  void left(DiscoveryMembership where) {
    present.remove(where);
  }

  boolean has(DiscoveryMembership where, PeerId peer) {
    return present.getOrDefault(where, Set.of()).contains(peer);
  }
}
