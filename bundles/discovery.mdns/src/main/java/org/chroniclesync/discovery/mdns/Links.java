// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.discovery.support.EventDelivery;
import org.chroniclesync.api.discovery.support.Roster;
import org.chroniclesync.api.discovery.support.SignalQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines to the other members of a room. For the loop, but for {@link #queue}.
 *
 * <p>Two may connect to each other at once. Then both lines stay. Each member says all that it has
 * to say on the one that it knew first, as long as there is that one, and hears both; so nothing is
 * lost, and all that a member says is in order.
 */
final class Links implements Link.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);

  static final int MAX_PEERS = 256;

  /** Lines whose other end has not proved anything yet: in all, and from one address. */
  private static final int MAX_UNPROVED = 32;

  private static final int MAX_UNPROVED_OF_ONE = 8;
  private static final int MAX_LINES_A_PEER = 4;
  private static final int MAX_ATTEMPTS = 16;
  private static final int MAX_ADDRESSES = 8;
  private static final int QUEUE_BYTES = 1 << 20;
  private static final long PROOF_MILLIS = 5_000;
  private static final long SILENCE_MILLIS = 15_000;

  /** How long a line may say nothing while both ends ping it. */
  static final Duration PROBE = Duration.ofSeconds(3);

  private static final int PINGS_A_PROBE = 6;

  /** What the lines ask of the presence, and tell it. */
  interface House {
    /** By which instances this member is found, one after the other. */
    String instances();

    /** A member is no longer reached by any line. */
    void missed();
  }

  /** Where an instance may be reached, but for the place that is tried now. */
  private record Candidate(HourSecret secret, String instance, Set<InetSocketAddress> places) {}

  private final RoomId room;
  private final Credentials self;
  private final EventDelivery events;
  private final Loop loop;
  private final House house;
  private final Roster roster;
  private final List<Link> links = new ArrayList<>();
  private final Map<PeerId, Link> carrying = new HashMap<>();
  private final Map<String, Candidate> candidates = new HashMap<>();
  private boolean over;

  /** For any thread: who can be signalled to. */
  private final Map<PeerId, SignalQueue> queues = new ConcurrentHashMap<>();

  Links(RoomId room, Credentials self, EventDelivery events, Loop loop, House house) {
    this.room = room;
    this.self = self;
    this.events = events;
    this.loop = loop;
    this.house = house;
    this.roster = new Roster(self.peer(), MAX_PEERS);
  }

  // --- What the room does with them -------------------------------------------------------------

  /** What waits to be sent to a member; null if there is no such. For any thread. */
  @Nullable SignalQueue queue(PeerId peer) {
    return queues.get(peer);
  }

  void pump() {
    List.copyOf(carrying.values()).forEach(Link::pump);
  }

  /** An instance of the room was told of; it is connected to unless it is known. */
  void found(HourSecret secret, String label, InetSocketAddress place) {
    String instance = label.substring(0, HourSecret.INSTANCE_CHARS);
    boolean known = isKnown(List.of(label));
    Candidate before = candidates.get(instance);
    if (known) {
      if (before != null && before.places().size() < MAX_ADDRESSES) {
        before.places().add(place);
      }
    } else if (candidates.size() < MAX_ATTEMPTS) {
      Set<InetSocketAddress> places = new LinkedHashSet<>();
      places.add(place);
      candidates.put(instance, new Candidate(secret, instance, places));
      attempt(instance);
    }
  }

  private void attempt(String instance) {
    Candidate candidate = candidates.get(instance);
    while (candidate != null && !candidate.places().isEmpty()) {
      InetSocketAddress place = candidate.places().iterator().next();
      candidate.places().remove(place);
      try {
        links.add(Link.to(this, place, instance, new Handshake(candidate.secret(), instance)));
        return;
      } catch (IOException e) {
        LOG.debug("{} cannot be connected to", place, e);
      }
    }
    candidates.remove(instance);
  }

  void connect(HourSecret secret, String instance, InetSocketAddress place) throws IOException {
    links.add(Link.to(this, place, instance, new Handshake(secret, instance)));
  }

  /** Tells whether one of the instances that these labels are of is connected. */
  boolean isKnown(List<String> labels) {
    return labels.stream()
        .filter(label -> label.length() >= HourSecret.INSTANCE_CHARS)
        .map(label -> label.substring(0, HourSecret.INSTANCE_CHARS))
        .anyMatch(instance -> links.stream().anyMatch(link -> link.isOf(instance)));
  }

  /** Somebody has come. Of too many who prove nothing those go that have had the longest time. */
  void came(Guise to, SocketChannel guest) throws IOException {
    Link link = Link.from(this, guest, to);
    List<Link> unproved =
        links.stream()
            .filter(one -> !one.isInitiator() && !one.isOpen())
            .sorted(Comparator.comparingLong(Link::ageMillis).reversed())
            .toList();
    List<Link> ofOne =
        unproved.stream().filter(one -> one.address().equals(link.address())).toList();
    if (ofOne.size() >= MAX_UNPROVED_OF_ONE) {
      ofOne.get(0).close("too many from one address");
    } else if (unproved.size() >= MAX_UNPROVED) {
      unproved.get(0).close("too many who prove nothing");
    }
    links.add(link);
  }

  /** This member has other instances from now on. */
  void renamed() {
    String instances = house.instances();
    links.stream().filter(Link::isOpen).toList().forEach(link -> link.tellInstances(instances));
  }

  /** Ends those that have had their time, and hears how the others are. */
  void check() {
    for (Link link : List.copyOf(links)) {
      if (!link.isOpen() && link.ageMillis() > PROOF_MILLIS) {
        link.close("nothing was proved in time");
      } else if (link.isOpen() && link.silentMillis() > SILENCE_MILLIS) {
        link.close("nothing was heard for too long");
      }
    }
  }

  void pingAll() {
    links.stream().filter(Link::isOpen).toList().forEach(Link::ping);
  }

  void close() {
    over = true;
    List.copyOf(links).forEach(link -> link.close("the room was left"));
  }

  // --- What lines say ---------------------------------------------------------------------------

  @Override
  public byte[] introduction(byte[] hash, boolean initiator) {
    return Introduction.write(house.instances(), self, room, hash, initiator);
  }

  @Override
  public @Nullable Introduction introduced(ByteBuffer frame, byte[] hash, boolean byInitiator) {
    Introduction read = Introduction.read(frame, room, hash, byInitiator);
    return read == null || read.peer().equals(self.peer()) ? null : read;
  }

  @Override
  public void open(Link link) {
    forgetCandidate(link);
    List<Link> others = links(link.peer(), link);
    if (others.isEmpty()) {
      welcome(link);
    } else if (others.size() >= MAX_LINES_A_PEER) {
      link.close("there are enough lines to that member");
    }
    others.forEach(this::probe);
  }

  private List<Link> links(PeerId peer, Link but) {
    return links.stream()
        .filter(one -> one != but && one.isOpen() && one.peer().equals(peer))
        .toList();
  }

  private void forgetCandidate(Link link) {
    candidates.keySet().removeIf(link::isOf);
  }

  private void welcome(Link link) {
    List<DiscoveryEvent> seen = roster.seen(link.peer());
    if (seen.isEmpty()) {
      link.close("the room is full");
      return;
    }
    LOG.debug("a member is there, in room {}", room);
    queues.put(link.peer(), new SignalQueue(QUEUE_BYTES));
    seen.forEach(events::tell);
    carry(link);
  }

  private void carry(Link link) {
    PeerId peer = link.peer();
    carrying.put(peer, link);
    link.carry(() -> next(peer));
  }

  private @Nullable String next(PeerId peer) {
    SignalQueue queue = queues.get(peer);
    if (queue == null) {
      return null;
    }
    int dropped = queue.takeDropped();
    if (dropped > 0) {
      LOG.warn("room {}: {} signals were dropped, the queue was full", room, dropped);
    }
    return queue.poll();
  }

  /**
   * The other connects once more, perhaps because this line is dead. One ping would not tell: who
   * waits for a slow listener does not read it. But such a one still speaks, as it probes, too.
   */
  private void probe(Link link) {
    long beganNanos = System.nanoTime();
    for (int i = 0; i < PINGS_A_PROBE; i++) {
      loop.after(PROBE.dividedBy(PINGS_A_PROBE).multipliedBy(i), link::ping);
    }
    // A busy machine comes late to it: what has come meanwhile is read first.
    loop.after(PROBE, () -> loop.execute(() -> judge(link, beganNanos)));
  }

  private static void judge(Link link, long sinceNanos) {
    if (!link.isHeardSince(sinceNanos)) {
      link.close("it did not answer");
    }
  }

  @Override
  public void signalled(Link link, Signal signal) {
    events.tell(
        List.of(new DiscoveryEvent.Signalled(link.peer(), signal)), () -> loop.execute(link::told));
  }

  @Override
  public void closed(Link link, String why) {
    links.remove(link);
    if (link.isInitiator()) {
      candidates.keySet().stream().filter(link::isOf).toList().forEach(this::attempt);
    }
    if (link.isIntroduced() && carrying.get(link.peer()) == link) {
      links(link.peer(), link).stream()
          .findFirst()
          .ifPresentOrElse(this::carry, () -> gone(link.peer()));
    }
  }

  private void gone(PeerId peer) {
    carrying.remove(peer);
    queues.remove(peer);
    roster.gone(peer).forEach(events::tell);
    if (!over) {
      house.missed();
    }
  }

  @Override
  public Loop loop() {
    return loop;
  }
}
