// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;

/** Who is in which room, and what the discoveries of a network tell them. Safe for any thread. */
final class MemoryRooms {
  private final Map<RoomKey, Map<PeerId, MemoryMembership>> rooms = new HashMap<>();
  private final Set<PeerId> vanished = ConcurrentHashMap.newKeySet();
  private volatile Carrier carrier = Delivery::go;
  private volatile boolean introducing = true;

  void carrier(Carrier next) {
    carrier = next;
  }

  void introducing(boolean next) {
    introducing = next;
  }

  void vanish(PeerId peer) {
    vanished.add(peer);
  }

  void reappear(PeerId peer) {
    vanished.remove(peer);
  }

  boolean isVanished(PeerId peer) {
    return vanished.contains(peer);
  }

  /** A member replaces one of the same name, as with the discovery service. */
  synchronized void enter(MemoryMembership member) {
    Map<PeerId, MemoryMembership> members =
        rooms.computeIfAbsent(member.room(), key -> new LinkedHashMap<>());
    members.remove(member.self());
    if (introducing && !isVanished(member.self())) {
      for (MemoryMembership other : members.values()) {
        if (!isVanished(other.self())) {
          other.mailbox().post(new DiscoveryEvent.PeerSeen(member.self()));
          member.mailbox().post(new DiscoveryEvent.PeerSeen(other.self()));
        }
      }
    }
    members.put(member.self(), member);
  }

  synchronized void leave(MemoryMembership member) {
    Map<PeerId, MemoryMembership> members = rooms.getOrDefault(member.room(), Map.of());
    if (members.get(member.self()) != member) {
      return;
    }
    members.remove(member.self());
    if (!isVanished(member.self())) {
      members.values().stream()
          .filter(other -> !isVanished(other.self()))
          .forEach(other -> other.mailbox().post(new DiscoveryEvent.PeerGone(member.self())));
    }
    if (members.isEmpty()) {
      rooms.remove(member.room());
    }
  }

  void carry(RoomKey room, PeerId from, PeerId to, Signal signal) {
    carrier.carry(new Delivery(this, room, from, to, signal));
  }

  void deliver(RoomKey room, PeerId from, PeerId to, Signal signal) {
    MemoryMembership member;
    synchronized (this) {
      member = rooms.getOrDefault(room, Map.of()).get(to);
    }
    if (member != null && !isVanished(from) && !isVanished(to)) {
      member.mailbox().offer(from, new DiscoveryEvent.Signalled(from, signal));
    }
  }

  /** Tells a member of all rooms that it is in; waits while much waits to be told. */
  void tell(PeerId to, DiscoveryEvent event) {
    List<MemoryMembership> told;
    synchronized (this) {
      told =
          rooms.values().stream()
              .map(Map::values)
              .flatMap(Collection::stream)
              .filter(member -> member.self().equals(to))
              .toList();
    }
    told.forEach(member -> member.mailbox().put(event));
  }

  synchronized List<Holding> open() {
    List<Holding> open = new ArrayList<>();
    rooms
        .values()
        .forEach(members -> members.values().forEach(member -> open.add(member.holding())));
    return open;
  }
}
