// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.jspecify.annotations.Nullable;

/**
 * Who is where, and who may. Messages are put into outboxes under the lock, so that everybody hears
 * of joining, leaving and signals in the order in which they happened; they are sent after it.
 *
 * <p>A peer that joins again under its name takes the place of its old connection in silence: the
 * others hear neither that it left nor that it joined. It asks for the peers and offers to them
 * anyway, and a second {@code peer-joined} would make legacy clients offer into a channel that may
 * be alive.
 */
final class Rooms {
  record Count(int rooms, int peers) {}

  private final Limits limits;
  private final Counts counts;
  private final Map<RoomId, Map<PeerId, Member>> rooms = new HashMap<>();
  private final Set<Member> connected = new HashSet<>();
  private final Map<Origin, Integer> connectedByOrigin = new HashMap<>();

  private boolean closed;

  Rooms(Limits limits, Counts counts) {
    this.limits = limits;
    this.counts = counts;
  }

  /** From now on nobody hears of who leaves: all come back elsewhere, and their sessions go on. */
  synchronized void close() {
    closed = true;
  }

  /** Tells whether somebody would be let in now, while that can still be said in HTTP. */
  synchronized Optional<Refusal> refusal(RoomId room, PeerId peer, Origin origin, boolean proven) {
    return noConnection(origin).or(() -> noPlace(room, peer, proven));
  }

  private Optional<Refusal> noConnection(Origin origin) {
    if (connectedByOrigin.getOrDefault(origin, 0) >= limits.connectionsPerAddress()) {
      return Optional.of(Refusal.addressFull(limits.connectionsPerAddress()));
    }
    if (connected.size() >= limits.connections()) {
      return Optional.of(Refusal.SERVICE_FULL);
    }
    return Optional.empty();
  }

  /** Ghosts need no key, so they have places of their own and cannot take those of nodes. */
  private Optional<Refusal> noPlace(RoomId room, PeerId peer, boolean proven) {
    Map<PeerId, Member> peers = rooms.get(room);
    if (peers == null) {
      return rooms.size() >= limits.rooms() ? Optional.of(Refusal.ROOMS_FULL) : Optional.empty();
    }
    long alike = peers.values().stream().filter(other -> other.proven() == proven).count();
    boolean full = alike >= limits.peersPerRoom() && !peers.containsKey(peer);
    return full ? Optional.of(Refusal.roomFull(limits.peersPerRoom())) : Optional.empty();
  }

  /** Counts a connection that has yet to prove its name, or closes it. */
  void expect(Member member) {
    Optional<Refusal> refusal;
    synchronized (this) {
      refusal = noConnection(member.origin());
      if (refusal.isEmpty()) {
        count(member);
      }
    }
    refusal.ifPresent(why -> refuse(member, why));
  }

  private void refuse(Member member, Refusal why) {
    counts.refused(why);
    member.outlet().close(CloseCode.full(why, limits.retryAfterSeconds()));
  }

  /** Lets a connection in, expected or not, or closes it. */
  void join(Member member) {
    Optional<Refusal> refusal;
    List<Member> told = List.of();
    @Nullable Member replaced = null;
    synchronized (this) {
      refusal = connected.contains(member) ? Optional.empty() : noConnection(member.origin());
      refusal = refusal.or(() -> noPlace(member.room(), member.peer(), member.proven()));
      if (refusal.isEmpty()) {
        replaced = enter(member);
        told = replaced == null ? tell(member, Reply.joined(member.peer())) : List.of();
      }
    }
    flush(told);
    refusal.ifPresentOrElse(why -> refuse(member, why), counts::joined);
    if (replaced != null) {
      replaced.outlet().close(CloseCode.REPLACED);
    }
  }

  /** Takes a connection out. Twice is allowed. */
  void leave(Member member) {
    List<Member> told = List.of();
    synchronized (this) {
      if (!connected.remove(member)) {
        return;
      }
      connectedByOrigin.computeIfPresent(
          member.origin(), (origin, count) -> count == 1 ? null : count - 1);
      if (isCurrent(member)) {
        told = closed ? List.of() : tell(member, Reply.left(member.peer()));
        drop(member);
      }
    }
    flush(told);
  }

  /** Answers one request. What a replaced connection still says is dropped. */
  void handle(Member member, Request request) {
    List<Member> told = List.of();
    synchronized (this) {
      if (isCurrent(member)) {
        told = answer(member, request);
      }
    }
    flush(told);
  }

  synchronized Count count() {
    return new Count(rooms.size(), rooms.values().stream().mapToInt(Map::size).sum());
  }

  private @Nullable Member enter(Member member) {
    count(member);
    return rooms
        .computeIfAbsent(member.room(), room -> new LinkedHashMap<>())
        .put(member.peer(), member);
  }

  private void count(Member member) {
    if (connected.add(member)) {
      connectedByOrigin.merge(member.origin(), 1, Integer::sum);
    }
  }

  private List<Member> answer(Member member, Request request) {
    if (request instanceof Request.Relay relay) {
      return relay(member, relay);
    }
    if (request instanceof Request.GetPeers) {
      member.outbox().put(Reply.peers(others(member).stream().map(Member::peer).toList()));
    } else if (request instanceof Request.Ping) {
      member.outbox().put(Reply.PONG);
    }
    return List.of(member);
  }

  private List<Member> relay(Member sender, Request.Relay relay) {
    Member target = peers(sender).get(relay.target());
    if (target == null || target.equals(sender)) {
      return List.of();
    }
    target.outbox().put(Reply.signal(sender.peer(), relay.signal()));
    return List.of(target);
  }

  private List<Member> tell(Member about, String text) {
    List<Member> others = others(about);
    others.forEach(other -> other.outbox().put(text));
    return others;
  }

  private List<Member> others(Member member) {
    List<Member> others = new ArrayList<>(peers(member).values());
    others.remove(member);
    return others;
  }

  private void drop(Member member) {
    Map<PeerId, Member> peers = peers(member);
    peers.remove(member.peer());
    if (peers.isEmpty()) {
      rooms.remove(member.room());
    }
  }

  private boolean isCurrent(Member member) {
    return member.equals(peers(member).get(member.peer()));
  }

  private Map<PeerId, Member> peers(Member member) {
    return rooms.getOrDefault(member.room(), Map.of());
  }

  private static void flush(List<Member> members) {
    members.forEach(member -> member.outbox().flush());
  }
}
