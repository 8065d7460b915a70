// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.NodeStatus.DiscoveryStatus;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.sync.PeerView.Unasked.Reason;
import org.chroniclesync.api.transport.Transport;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.Guard;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.core.base.Self;
import org.chroniclesync.core.base.Workers;
import org.chroniclesync.core.node.DiscoveryMembership.Room;
import org.chroniclesync.core.peer.KnownDevices;
import org.chroniclesync.core.peer.Peer;
import org.chroniclesync.core.peer.Strangers;
import org.chroniclesync.core.peer.Transports;
import org.chroniclesync.core.session.NodeContext;
import org.chroniclesync.core.session.PeerSession;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rooms that the node is in by its discoveries, the nodes' and, while legacy allows, version
 * 1's, and the peers that are found there; one that is in both is one peer. What happens is posted
 * to one loop; its end closes whatever is still on the way.
 */
final class Rooms {
  private static final Logger LOG = LoggerFactory.getLogger(Rooms.class);

  /** How soon a discovery that could not be joined is tried again. */
  private static final Duration JOIN_AGAIN = Duration.ofSeconds(30);

  /** How soon the node checks again which discoveries it has need of. */
  private static final Duration DECIDE_AGAIN = Duration.ofSeconds(1);

  /** One that has been off for longer is no reason to look for it everywhere all the time. */
  private static final Duration LOOKED_FOR = Duration.ofDays(14);

  private static final DiscoveryState STANDING_BY =
      new DiscoveryState.StandingBy(
          "One with a smaller priority comes first; this one is used if that cannot be reached or a"
              + " device is not found there.");

  /** How often the node checks whether version 1's room is of any use. */
  private static final Duration LOOK_AGAIN = Duration.ofHours(1);

  private final NodeContext context;
  private final Runnable changed;
  private final Transports transports = new Transports();
  private final EventLoop loop;
  private final Strangers strangers;
  private final KnownDevices devices;

  /** Calls that should return at once, of parts that may not keep to it. */
  private final ExecutorService calls = Workers.named("chroniclesync-discovery-calls");

  /** Written by the loop only. */
  private final Map<PeerId, Peer> peers = new ConcurrentHashMap<>();

  private final Map<ServiceReference<Discovery>, List<DiscoveryMembership>> memberships =
      new ConcurrentHashMap<>();

  /** Of the discoveries that have a priority, the others are used all the time. Loop only. */
  private final Precedence<ServiceReference<Discovery>> precedence;

  /** Whether that is decided again soon, which is only so where one may have to stand by. */
  private boolean decidesAgain;

  private final Presences presences = new Presences();
  private final Version1Room version1;

  /** Before, the node is in no room. */
  private volatile boolean started;

  /** Null until there is an identity. Written by the loop only. */
  private volatile @Nullable Self self;

  Rooms(NodeContext context, Runnable changed) {
    this.context = context;
    this.changed = changed;
    this.loop = new EventLoop("chroniclesync-core", context.failures());
    this.strangers = new Strangers(loop);
    this.devices = new KnownDevices(context.stores(), context.clock(), context.failures());
    this.precedence =
        new Precedence<>(
            context.settings().standInAfter(),
            context.settings().standByAfter(),
            context.settings().standByLook(),
            System::nanoTime);
    this.version1 = new Version1Room(context, devices);
  }

  void start() {
    started = true;
    makeTransports();
    loop.post(this::settle);
    devices.read(device -> loop.post(() -> strangers.proved(device)));
    loop.every(LOOK_AGAIN, version1::noteIfUnused);
  }

  // --- Who the node is --------------------------------------------------------------------------

  /** An identity came or left. */
  void identityChanged() {
    loop.post(
        () -> {
          settle();
          peers.values().forEach(Peer::identityCame);
        });
  }

  /**
   * Takes the node to the room of whom it is now. The same account from another service is no news,
   * and without any the node stays who it was: sessions hold back until there is one again.
   */
  private void settle() {
    Self now = lentSelf();
    if (started && now != null && !now.equals(self)) {
      all().forEach(this::leave);
      closePeers();
      self = now;
      decide();
      all().forEach(this::join);
    }
  }

  private Stream<DiscoveryMembership> all() {
    return memberships.values().stream().flatMap(List::stream);
  }

  private @Nullable Self lentSelf() {
    try (LeasedService.Lease<Identity> lease = context.identities().leaseNow()) {
      return lease == null
          ? null
          : context.guard().call("The identity", () -> Self.of(lease.service()));
    }
  }

  private List<PeerSession> closePeers() {
    List<PeerSession> ending = new ArrayList<>();
    peers
        .values()
        .forEach(peer -> context.guard().run("A peer", () -> ending.addAll(peer.close())));
    peers.clear();
    return ending;
  }

  // --- What comes and goes ----------------------------------------------------------------------

  /** Adds a transport, which is made as soon as the node has started. */
  void addTransport(
      ServiceReference<Transport> reference, Supplier<? extends @Nullable Transport> maker) {
    transports.add(reference, maker);
    if (started) {
      makeTransports();
    }
    loop.post(() -> peers.values().forEach(Peer::transportCame));
  }

  /** Each on a thread of its own, as it may take long to be made, and before a peer is waiting. */
  private void makeTransports() {
    for (Transports.Named one : transports.bestFirst()) {
      if (!one.service().isMade()) {
        call(
            () -> {
              transports.make(one, context.guard());
              changed.run();
            });
      }
    }
  }

  void removeTransport(ServiceReference<Transport> reference) {
    Transports.Named gone = transports.remove(reference);
    if (gone != null) {
      loop.post(() -> peers.values().forEach(peer -> peer.transportGone(gone)));
    }
  }

  void addDiscovery(ServiceReference<Discovery> reference, Discovery discovery) {
    String name = name(reference);
    List<DiscoveryMembership> rooms = new ArrayList<>();
    rooms.add(new DiscoveryMembership(name, Room.NODES, discovery));
    boolean nodesOnly = Boolean.TRUE.equals(reference.getProperty(Discovery.NODES_ONLY_PROPERTY));
    if (context.settings().legacyAllowed() && !nodesOnly) {
      rooms.add(new DiscoveryMembership(name, Room.VERSION_1, discovery));
    }
    memberships.put(reference, List.copyOf(rooms));
    loop.post(
        () -> {
          decide();
          rooms.forEach(this::join);
        });
  }

  void removeDiscovery(ServiceReference<Discovery> reference) {
    List<DiscoveryMembership> rooms = memberships.remove(reference);
    if (rooms != null) {
      rooms.forEach(room -> context.guard().run(part(room), room::end));
      loop.post(
          () -> {
            rooms.forEach(presences::left);
            peers.values().forEach(peer -> peer.gone(rooms.get(0).name()));
            decide();
          });
    }
  }

  // --- Those that come first, and those that stand by -------------------------------------------

  private static @Nullable Integer priority(ServiceReference<Discovery> reference) {
    Object given = reference.getProperty(Discovery.PRIORITY_PROPERTY);
    try {
      return given == null ? null : Integer.valueOf(given.toString().trim());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private boolean isUsed(ServiceReference<Discovery> reference) {
    return priority(reference) == null || precedence.isUsed(reference);
  }

  /** Joins what there is need of, and leaves what there is none of. On the loop. */
  private void decide() {
    if (self == null) {
      return;
    }
    Map<ServiceReference<Discovery>, Integer> priorities = new HashMap<>();
    memberships
        .keySet()
        .forEach(
            one -> {
              Integer priority = priority(one);
              if (priority != null) {
                priorities.put(one, priority);
              }
            });
    precedence.decide(priorities, this::isReachable, one -> isSearched(one, priorities));
    priorities.keySet().forEach(this::follow);
    if (!decidesAgain && priorities.values().stream().distinct().count() > 1) {
      decidesAgain = true;
      loop.after(DECIDE_AGAIN, this::decideAgain);
    }
  }

  private void decideAgain() {
    decidesAgain = false;
    decide();
  }

  private boolean isReachable(ServiceReference<Discovery> reference) {
    return rooms(reference).stream()
        .anyMatch(
            room -> room.room() == Room.NODES && room.state() instanceof DiscoveryState.Joined);
  }

  private List<DiscoveryMembership> rooms(ServiceReference<Discovery> reference) {
    return memberships.getOrDefault(reference, List.of());
  }

  /** Tells whether somebody may be found by it who is not found by those that come first. */
  private boolean isSearched(
      ServiceReference<Discovery> reference, Map<ServiceReference<Discovery>, Integer> priorities) {
    int own = priorities.getOrDefault(reference, 0);
    Set<String> before = new HashSet<>();
    memberships.forEach(
        (other, rooms) -> {
          if (priorities.getOrDefault(other, Integer.MIN_VALUE) < own) {
            before.add(rooms.get(0).name());
          }
        });
    List<KnownDevice> lookedFor = lookedFor();
    return lookedFor.isEmpty()
        || lookedFor.stream().anyMatch(device -> isMissing(device.peer(), before))
        || rooms(reference).stream()
            .anyMatch(
                room -> peers.values().stream().anyMatch(peer -> isOnlyIn(room, peer, before)));
  }

  private List<KnownDevice> lookedFor() {
    Instant since = context.clock().instant().minus(LOOKED_FOR);
    return devices.all().stream()
        .filter(device -> device.node() && device.lastSeen().isAfter(since))
        .toList();
  }

  private boolean isMissing(PeerId device, Set<String> before) {
    Peer peer = peers.get(device);
    return peer == null || !(peer.isInSession() || before.stream().anyMatch(peer::isSeenIn));
  }

  private static boolean isOnlyIn(DiscoveryMembership room, Peer peer, Set<String> before) {
    return peer.isSeenIn(room.name()) && before.stream().noneMatch(peer::isSeenIn);
  }

  private void follow(ServiceReference<Discovery> reference) {
    boolean used = isUsed(reference);
    for (DiscoveryMembership room : rooms(reference)) {
      boolean standsBy = room.state() == STANDING_BY;
      if (used && standsBy) {
        join(room);
      } else if (!used && !standsBy) {
        leave(room);
        room.state(STANDING_BY);
        peers.values().forEach(peer -> peer.gone(room.name()));
        changed.run();
      }
    }
  }

  /** The plain name, and a number behind it only where two of a kind are in use. */
  private String name(ServiceReference<Discovery> reference) {
    String plain = String.valueOf(reference.getProperty(Discovery.NAME_PROPERTY));
    boolean taken = all().anyMatch(other -> other.name().equals(plain));
    return taken ? plain + "#" + reference.getProperty("service.id") : plain;
  }

  private static String part(DiscoveryMembership membership) {
    return "The discovery " + membership.name();
  }

  /** On a thread that it may keep: a discovery that hangs must not hold up the others. */
  private void join(DiscoveryMembership membership) {
    Self now = self;
    if (now != null && isUsed(membership)) {
      call(() -> join(membership, now));
    }
  }

  private boolean isUsed(DiscoveryMembership membership) {
    return memberships.entrySet().stream()
        .filter(one -> one.getValue().contains(membership))
        .allMatch(one -> isUsed(one.getKey()));
  }

  private void call(Runnable task) {
    try {
      calls.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("the node has stopped");
    }
  }

  private void join(DiscoveryMembership membership, Self now) {
    try {
      DiscoveryMembership.Stay stay =
          membership.join(now, new LentCredentials(now, context.identities()), this::on);
      if (stay != null) {
        loop.post(() -> joined(membership, stay, now));
      }
    } catch (RuntimeException | Error e) {
      String why = Guard.sentence(part(membership), e);
      context.failures().add(why, e);
      membership.state(new DiscoveryState.Waiting(why, context.clock().instant().plus(JOIN_AGAIN)));
      loop.after(
          JOIN_AGAIN,
          () -> {
            if (all().anyMatch(membership::equals)) {
              join(membership);
            }
          });
    }
    joinIfDue(membership);
    changed.run();
  }

  private void joinIfDue(DiscoveryMembership membership) {
    if (membership.isDue()) {
      loop.post(() -> join(membership));
    }
  }

  /** The node may have become somebody else while it joined; then it is in the wrong room. */
  private void joined(DiscoveryMembership membership, DiscoveryMembership.Stay stay, Self as) {
    if (as.equals(self)) {
      stay.open();
    } else if (membership.membership(stay) != null) {
      leave(membership);
      join(membership);
    }
  }

  private void leave(DiscoveryMembership membership) {
    presences.left(membership);
    Runnable leaving = membership.leave();
    if (leaving != null) {
      call(
          () -> {
            context.guard().run(part(membership), leaving);
            joinIfDue(membership);
          });
    }
  }

  // --- What discoveries say ---------------------------------------------------------------------

  private void on(
      DiscoveryMembership membership, DiscoveryMembership.Stay stay, DiscoveryEvent event) {
    if (stay.enter()) {
      loop.post(
          new EventLoop.Event() {
            @Override
            public void run() {
              stay.inOrder(
                  () -> {
                    stay.leave();
                    dispatch(membership, stay, event);
                  });
            }

            @Override
            public void dropped() {
              stay.leave();
            }
          });
    }
  }

  private void dispatch(
      DiscoveryMembership of, DiscoveryMembership.Stay stay, DiscoveryEvent event) {
    Membership membership = of.membership(stay);
    if (membership == null) {
      return;
    }
    if (event instanceof DiscoveryEvent.StateChanged stateChanged) {
      of.state(stateChanged.state());
      report(of, stateChanged.state());
    } else if (event instanceof DiscoveryEvent.PeerSeen seen) {
      presences.came(of, seen.peer());
      sighted(of, seen.peer(), membership);
    } else if (event instanceof DiscoveryEvent.PeerGone gone) {
      presences.went(of, gone.peer());
      gone(of, gone.peer());
    } else if (event instanceof DiscoveryEvent.Signalled signalled) {
      Peer peer = peer(signalled.peer(), of, membership);
      if (peer != null) {
        peer.signal(of.name(), way(of, signalled.peer(), membership), signalled.signal());
      }
    }
    version1.noteIfUnused();
    changed.run();
  }

  // One way at a time, since two rooms keep no order: what follows an offer must not overtake it.

  /** A node is looked for in the nodes' room first; in version 1's its name may be anybody's. */
  private void sighted(DiscoveryMembership of, PeerId id, Membership membership) {
    if (of.room() == Room.NODES || !id.isNode()) {
      introduce(of, id, membership);
    } else if (elsewhere(of, id) == null) {
      loop.after(
          context.settings().offerGrace(),
          () -> {
            if (presences.has(of, id) && of.isNow(membership) && elsewhere(of, id) == null) {
              introduce(of, id, membership);
            }
          });
    }
  }

  private void introduce(DiscoveryMembership of, PeerId id, Membership membership) {
    Peer peer = peer(id, of, membership);
    if (peer != null) {
      peer.seen(of.name(), membership);
    }
  }

  private void gone(DiscoveryMembership of, PeerId id) {
    Peer peer = peers.get(id);
    Membership other = elsewhere(of, id);
    if (peer == null) {
      return;
    }
    if (other == null) {
      peer.gone(of.name());
    } else {
      peer.seen(of.name(), other);
    }
  }

  /** The membership by which a peer is signalled to that is seen in this room. */
  private Membership way(DiscoveryMembership of, PeerId id, Membership membership) {
    Membership other = of.room() == Room.VERSION_1 ? elsewhere(of, id) : null;
    return other == null ? membership : other;
  }

  /** The membership in the other room of the same discovery, if a peer is there, too. */
  private @Nullable Membership elsewhere(DiscoveryMembership of, PeerId id) {
    return siblings(of).stream()
        .filter(other -> other != of && presences.has(other, id))
        .map(DiscoveryMembership::membershipNow)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** The log says of a discovery, as of each part, when it ceases to do well and when it does. */
  private void report(DiscoveryMembership of, DiscoveryState state) {
    DiscoveryState shown = RoomState.of(of, siblings(of));
    if (shown instanceof DiscoveryState.Waiting waiting) {
      context.failures().note("Discovery " + of.name() + ": " + waiting.why());
    } else if (shown instanceof DiscoveryState.Refused refused) {
      context.failures().note("Discovery " + of.name() + ": " + refused.why());
    }
    LOG.debug("Discovery {}, {}: {}", of.name(), of.room(), state);
  }

  /** The memberships by the same discovery. */
  private List<DiscoveryMembership> siblings(DiscoveryMembership of) {
    return memberships.values().stream()
        .filter(rooms -> rooms.contains(of))
        .findFirst()
        .orElse(List.of(of));
  }

  /** A room that is full of peers, true ones or not, leaves the others theirs. */
  private @Nullable Peer peer(PeerId id, DiscoveryMembership of, Membership membership) {
    Self now = self;
    if (now == null || id.equals(now.id())) {
      return null;
    }
    if (isBarred(id, membership)) {
      context
          .failures()
          .add(
              "A device that only speaks version 1 is in the room and is ignored, because legacy of"
                  + " org.chroniclesync.core is deny. If it is yours, set it to allow.");
      return null;
    }
    Peer known = peers.get(id);
    if (known != null) {
      return known;
    }
    int most = context.settings().maxPeers();
    if (peers.size() >= most) {
      forgetGone();
    }
    if (peers.keySet().stream().filter(there -> presences.has(of, there)).count() >= most) {
      context
          .failures()
          .add(
              "More than "
                  + most
                  + " devices are in the room; further ones are ignored. Raise maxPeers of"
                  + " org.chroniclesync.core if they are all yours.");
      return null;
    }
    Peer made = new Peer(id, now, context, transports, strangers, devices, loop, changed);
    peers.put(id, made);
    return made;
  }

  /**
   * What is not sealed could be anybody's. Who carries signals by hand chose to, and makes up the
   * names.
   */
  private boolean isBarred(PeerId id, Membership membership) {
    return !context.settings().legacyAllowed() && !id.isNode() && membership.trickles();
  }

  private void forgetGone() {
    peers
        .values()
        .removeIf(
            peer -> {
              boolean gone = peer.isGone();
              if (gone) {
                peer.close();
              }
              return gone;
            });
  }

  // --- For the face -----------------------------------------------------------------------------

  @Nullable PeerId self() {
    Self now = self;
    return now == null ? null : now.id();
  }

  List<Transports.Named> transports() {
    return transports.bestFirst();
  }

  List<DiscoveryStatus> discoveries() {
    return memberships.values().stream()
        .map(rooms -> new DiscoveryStatus(rooms.get(0).name(), RoomState.worst(rooms)))
        .sorted(Comparator.comparing(DiscoveryStatus::name))
        .toList();
  }

  boolean forget(PeerId device) {
    return devices.forget(device);
  }

  List<PeerAttempt> attempts(PeerId id) {
    Peer peer = peers.get(id);
    return peer == null ? List.of() : peer.attempts();
  }

  PeerView view(PeerId id) throws InterruptedException {
    Peer peer = peers.get(id);
    if (peer == null) {
      return new PeerView.Unasked(Reason.NO_WAY);
    }
    CompletableFuture<PeerView> answer = new CompletableFuture<>();
    loop.post(
        new EventLoop.Event() {
          @Override
          public void run() {
            peer.view(answer);
          }

          @Override
          public void dropped() {
            answer.complete(new PeerView.Silent());
          }
        });
    try {
      // The peer waits itself; this is for a loop that has much to do.
      return answer.get(2 * PeerView.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return new PeerView.Silent();
    }
  }

  List<KnownDevice> devices() {
    return devices.all();
  }

  List<PeerStatus> peers() {
    return peers.values().stream()
        .map(Peer::status)
        .sorted(Comparator.comparing(PeerStatus::peer))
        .toList();
  }

  void syncNow() {
    loop.post(
        () -> {
          peers.values().forEach(Peer::retryNow);
          version1.noteIfUnused();
        });
  }

  // --- The end ----------------------------------------------------------------------------------

  /**
   * Leaves all rooms, closes the peers, and waits for their sessions: no new work, no growth of old
   * work, wait. All of it together takes as long as one drain may.
   */
  void close() throws InterruptedException {
    Duration patience = context.settings().drainTimeout();
    long deadline = System.nanoTime() + patience.toNanos();
    leaveForGood(deadline);
    List<PeerSession> ending = new ArrayList<>();
    CountDownLatch closed = new CountDownLatch(1);
    loop.post(
        () -> {
          ending.addAll(closePeers());
          closed.countDown();
        });
    boolean inTime = closed.await(left(deadline), TimeUnit.NANOSECONDS);
    if (!loop.close(Duration.ofNanos(left(deadline))) || !inTime) {
      LOG.warn("A part of somebody else's holds up the node's loop.");
    }
    if (!inTime) {
      // The loop does nothing any more, or is stuck in a call; sessions end all the same.
      ending.addAll(closePeers());
    }
    for (PeerSession session : List.copyOf(ending)) {
      if (!session.join(deadline)) {
        LOG.warn("A session did not end within {}.", patience);
      }
    }
    devices.close(Duration.ofNanos(left(deadline)));
    calls.shutdownNow();
  }

  private void leaveForGood(long deadline) throws InterruptedException {
    List<DiscoveryMembership> leaving = all().toList();
    memberships.clear();
    CountDownLatch left = new CountDownLatch(leaving.size());
    for (DiscoveryMembership membership : leaving) {
      calls.execute(
          () -> {
            context.guard().run(part(membership), membership::end);
            left.countDown();
          });
    }
    if (!left.await(left(deadline), TimeUnit.NANOSECONDS)) {
      LOG.warn("A discovery did not leave its room in time.");
    }
  }

  private static long left(long deadline) {
    return Math.max(1, deadline - System.nanoTime());
  }
}
