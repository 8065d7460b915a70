// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.jspecify.annotations.Nullable;

/**
 * A device of the person's, and the effort to be in a session with it. On the loop's thread, but
 * for {@link #status}.
 *
 * <p>Who offers: of two nodes the one with the smaller peer id at once; whoever meets a smaller
 * node, or a client of version 1, only if no offer comes within a grace. So nodes meet without
 * glare, and a client that offers by itself, as all known ones do, meets no offer of ours. That
 * matters: a Chromium that takes its offer back for another in the moment it made it may never
 * gather candidates, and does not recover.
 */
final class Peer {
  /**
   * How long a session must have lasted for its loss to be taken as new rather than as one more.
   */
  private static final Duration STEADY = Duration.ofSeconds(10);

  /** How often at least a session over a transport that is not the best tries to move. */
  private static final Duration MOVE_MAX = Duration.ofHours(1);

  private static final String NOT_SEALED =
      "what came in its name was not sealed with your 24 words. Either it has another mnemonic; give"
          + " both devices the same 24 words. Or the discovery service made it up";

  private final PeerId id;
  private final Self self;
  private final Commons commons;
  private final Transports transports;
  private final Loop loop;
  private final Runnable changed;
  private final Backoff backoff;
  private final SignalSealing sealing;
  private final Counters counters = new Counters();

  /** The memberships in which the peer was seen, by the name of their discovery; newest last. */
  private final Map<String, Membership> seenIn = new LinkedHashMap<>();

  /** The way back for signals: where the last one came from, which may be a person's hand. */
  private @Nullable Membership way;

  /** One link a transport, made when it is first needed. */
  private final Map<Transports.Named, Link> links = new LinkedHashMap<>();

  /** Those that did not get through since the peer was last tried with the best. */
  private final Set<Transports.Named> failed = new HashSet<>();

  /** What the last attempt with each of them failed by, if it did. */
  private final Map<Transports.Named, String> reasons = new ConcurrentHashMap<>();

  /** The one before, over another transport, until it is clear which of both the peer keeps. */
  private @Nullable Connection previous;

  private boolean counterOffered;
  private long openings;
  private long attempt;
  private boolean stopped;
  private volatile @Nullable Connection connection;
  private volatile @Nullable Device device;
  private volatile boolean node;
  private volatile PeerState state = new PeerState.Connecting();

  /**
   * What there is while the peer is connected.
   *
   * @param session the conversation
   * @param by the transport that its channel is of
   * @param since when it was opened
   */
  private record Connection(PeerSession session, Transports.Named by, Instant since) {}

  Peer(PeerId id, Self self, Commons commons, Transports transports, Loop loop, Runnable changed) {
    this.id = id;
    this.self = self;
    this.commons = commons;
    this.transports = transports;
    this.loop = loop;
    this.changed = changed;
    Settings settings = commons.settings();
    this.sealing = new SignalSealing(self.id(), id, commons.identities(), settings.drainTimeout());
    this.backoff =
        new Backoff(settings.retryBase(), settings.retryMax(), RandomGenerator.getDefault());
  }

  // --- What discoveries say ---------------------------------------------------------------------

  void seen(String discovery, Membership membership) {
    boolean anew = seenIn.put(discovery, membership) == null;
    way = membership;
    if (anew && connection == null) {
      backoff.reset();
      connect();
    }
  }

  void gone(String discovery) {
    Membership lost = seenIn.remove(discovery);
    if (way == lost) {
      way = seenIn.values().stream().reduce((a, b) -> b).orElse(null);
    }
    if (connection == null && seenIn.isEmpty()) {
      dropLinks();
      become(new PeerState.Gone(commons.clock().instant()));
    }
  }

  void signal(String discovery, Membership membership, Signal signal) {
    // A peer that signals is there, even if the news of its coming was lost.
    seenIn.putIfAbsent(discovery, membership);
    way = membership;
    Signal opened = opened(signal);
    if (opened != null) {
      take(opened, membership);
    }
  }

  private boolean isSealing() {
    return id.isNode() && isIntroduced();
  }

  /** Between nodes nothing counts that whoever carries the signals could have made up. */
  private @Nullable Signal opened(Signal signal) {
    if (!isSealing()) {
      return signal instanceof Signal.Sealed ? null : signal;
    }
    Signal opened = signal instanceof Signal.Sealed sealed ? sealing.open(sealed) : null;
    if (opened == null) {
      counters.refused.increment();
      commons.failures().add("Device " + id + " was refused: " + NOT_SEALED);
      if (connection == null) {
        become(new PeerState.Refused(NOT_SEALED));
      }
    }
    return opened;
  }

  private void take(Signal signal, Membership membership) {
    for (Transports.Named named : usable()) {
      if (named.transport().accepts(signal)) {
        linkBy(named, membership).signal(signal);
        return;
      }
    }
    if (signal instanceof Signal.Offer) {
      counterOffer();
    }
  }

  /** The peer offers what we have not got, so we offer what we have; once, for it may be alike. */
  private void counterOffer() {
    Transports.Named named = nextTransport();
    if (connection == null && named != null && id.isNode() && !counterOffered) {
      counterOffered = true;
      offer(named);
    }
  }

  // --- What the node says -----------------------------------------------------------------------

  void retryNow() {
    Connection current = connection;
    if (current != null) {
      current.session().doubt();
    } else if (!seenIn.isEmpty()) {
      backoff.reset();
      connect();
    }
  }

  void transportGone(Transports.Named named) {
    failed.remove(named);
    reasons.remove(named);
    Link dropped = links.remove(named);
    if (dropped != null) {
      dropped.close();
      if (connection == null && !seenIn.isEmpty()) {
        connect();
      }
    }
  }

  /**
   * A peer that could not be reached may be now; a session moves to a better transport. Whoever
   * gets it last offers, because only then do both ends have it.
   */
  void transportCame() {
    if (seenIn.isEmpty() || stopped) {
      return;
    }
    if (connection == null && links.isEmpty()) {
      connect();
    } else {
      moveUp();
    }
  }

  private void moveUp() {
    List<Transports.Named> usable = usable();
    Connection current = connection;
    if (current != null && !usable.isEmpty() && !usable.get(0).equals(current.by())) {
      offer(usable.get(0));
    }
  }

  /** The news of a transport may come while the peer has none, or no session; so it is retried. */
  private void moveUpLater(long mine, Duration delay) {
    // By number: a connection that waits in a task would keep its transport long after its end.
    loop.after(
        delay,
        () -> {
          if (mine == openings && connection != null && !stopped) {
            moveUp();
            Duration twice = delay.multipliedBy(2);
            moveUpLater(mine, twice.compareTo(MOVE_MAX) < 0 ? twice : MOVE_MAX);
          }
        });
  }

  /** Ends all; returns what is ending. */
  List<PeerSession> stop() {
    stopped = true;
    dropLinks();
    List<PeerSession> ending = new ArrayList<>();
    for (Connection open : Arrays.asList(connection, previous)) {
      if (open != null) {
        ending.add(open.session());
      }
    }
    CloseReason reason = new CloseReason(CloseReason.Kind.LOCAL, "the node stops");
    ending.forEach(ended -> ended.close(reason));
    return ending;
  }

  boolean isSeenIn(String discovery) {
    return seenIn.containsKey(discovery);
  }

  boolean isForgettable() {
    return connection == null && seenIn.isEmpty();
  }

  PeerStatus status() {
    Connection current = connection;
    PeerState now = current != null ? current.session().state() : state;
    return new PeerStatus(
        id,
        device,
        current == null ? null : current.by().name(),
        current == null ? null : transportNote(current.by()),
        node,
        now,
        counters.sum());
  }

  private @Nullable String transportNote(Transports.Named used) {
    List<String> notes =
        transports.bestFirst().stream()
            .takeWhile(better -> !better.equals(used))
            .map(this::whyNot)
            .toList();
    return notes.isEmpty() ? null : String.join("; ", notes) + "; using " + used.name();
  }

  private String whyNot(Transports.Named better) {
    if (!speaks(better)) {
      return "the peer does not speak " + better.name();
    }
    String reason = reasons.get(better);
    return reason == null
        ? "the peer has not connected by " + better.name()
        : better.name() + " did not get through: " + reason;
  }

  // --- Connecting -------------------------------------------------------------------------------

  private void connect() {
    long mine = ++attempt;
    counterOffered = false;
    Transports.Named named = nextTransport();
    if (named == null) {
      become(
          new PeerState.Unreachable(
              "no transport is running that it speaks; start or install one",
              commons.clock().instant()));
      return;
    }
    become(new PeerState.Connecting());
    if (offersAtOnce()) {
      offer(named);
    } else {
      loop.after(commons.settings().offerGrace(), () -> offerIf(mine));
    }
  }

  private boolean offersAtOnce() {
    return id.isNode() && self.id().compareTo(id) < 0;
  }

  private void offerIf(long mine) {
    Transports.Named named = nextTransport();
    if (mine == attempt && connection == null && named != null && !stopped) {
      offer(named);
    }
  }

  private void offer(Transports.Named named) {
    Membership membership = way;
    if (membership != null && !stopped) {
      linkBy(named, membership).offer();
    }
  }

  /** The transports that the peer can be expected to speak, best first. */
  private List<Transports.Named> usable() {
    return transports.bestFirst().stream().filter(this::speaks).toList();
  }

  private boolean speaks(Transports.Named named) {
    return id.isNode() || named.legacy();
  }

  private Transports.@Nullable Named nextTransport() {
    List<Transports.Named> usable = usable();
    for (Transports.Named named : usable) {
      if (!failed.contains(named)) {
        return named;
      }
    }
    failed.clear();
    return usable.isEmpty() ? null : usable.get(0);
  }

  private void retryLater(String why) {
    Duration delay = backoff.next();
    long mine = ++attempt;
    become(new PeerState.Unreachable(why, commons.clock().instant().plus(delay)));
    loop.after(
        delay,
        () -> {
          if (mine == attempt && connection == null && !seenIn.isEmpty() && !stopped) {
            connect();
          }
        });
  }

  private Link linkBy(Transports.Named named, Membership membership) {
    Link known = links.get(named);
    if (known != null) {
      return known;
    }
    Link made =
        named
            .transport()
            .link(self.id(), id, membership.trickles(), event -> loop.post(() -> on(named, event)));
    links.put(named, made);
    return made;
  }

  private void dropLinks() {
    List<Link> dropped = List.copyOf(links.values());
    links.clear();
    failed.clear();
    dropped.forEach(Link::close);
  }

  private void on(Transports.Named named, LinkEvent event) {
    if (event instanceof LinkEvent.Opened opened) {
      opened(named, opened.channel());
    } else if (!links.containsKey(named) || stopped) {
      return;
    } else if (event instanceof LinkEvent.SignalOut out) {
      Membership membership = way;
      Signal signal = isSealing() ? sealing.seal(out.signal()) : out.signal();
      if (membership != null && signal != null) {
        membership.signal(id, signal);
      }
    } else if (event instanceof LinkEvent.Failed why) {
      reasons.put(named, why.why());
      if (connection == null) {
        failed(named, why.why());
      } else {
        changed.run();
      }
    }
  }

  /** Goes on with the next transport; after the last one, with the best again, but later. */
  private void failed(Transports.Named named, String why) {
    commons.failures().add("Device " + id + " cannot be reached by " + named.name() + ": " + why);
    failed.add(named);
    if (failed.containsAll(usable())) {
      failed.clear();
      retryLater(why);
    } else {
      connect();
    }
  }

  private void opened(Transports.Named named, Channel channel) {
    if (stopped) {
      channel.close();
      return;
    }
    Connection before = connection;
    PeerSession session =
        new PeerSession(id, isIntroduced(), self, channel, commons, counters, this::report);
    Connection next = new Connection(session, named, commons.clock().instant());
    connection = next;
    failed.clear();
    reasons.remove(named);
    attempt++;
    if (before != null) {
      replaced(before, !named.equals(before.by()));
    }
    session.start();
    if (offersAtOnce()) {
      moveUpLater(++openings, commons.settings().retryMax());
    }
    changed.run();
  }

  /** Whoever carries signals by hand makes up the peer's name. */
  private boolean isIntroduced() {
    return way == null || way.trickles();
  }

  /**
   * Ends the session that a newer one replaces. Over two transports both ends may have opened one
   * at the same time, each seeing the other's as the newer; so only the node that offers at once
   * chooses, and the other follows, or goes back.
   */
  private void replaced(Connection before, boolean moved) {
    CloseReason reason =
        new CloseReason(CloseReason.Kind.LOCAL, "the peer opened a newer connection");
    if (moved && id.isNode() && !offersAtOnce()) {
      Connection older = previous;
      if (older != null) {
        older.session().close(reason);
      }
      previous = before;
      loop.after(
          commons.settings().offerGrace(),
          () -> {
            if (!before.equals(connection)) {
              before.session().close(reason);
              previous = before.equals(previous) ? null : previous;
            }
          });
    } else {
      before.session().close(reason);
    }
  }

  // --- What the session says, from any thread ---------------------------------------------------

  private void report(PeerSession from) {
    loop.post(() -> refresh(from));
    changed.run();
  }

  private void refresh(PeerSession from) {
    Connection current = connection;
    if (current == null || from != current.session()) {
      return;
    }
    device = from.device() == null ? device : from.device();
    node = from.isNode();
    CloseReason end = from.end();
    if (end != null && !wentBack()) {
      ended(current, end);
    }
    changed.run();
  }

  /** Goes on with the session before, if the peer kept that one. */
  private boolean wentBack() {
    Connection before = previous;
    previous = null;
    if (before == null || before.session().end() != null) {
      return false;
    }
    connection = before;
    return true;
  }

  private void ended(Connection lost, CloseReason reason) {
    connection = null;
    if (commons.clock().instant().isAfter(lost.since().plus(STEADY))) {
      backoff.reset();
    }
    if (reason.kind() == CloseReason.Kind.VIOLATION) {
      commons.failures().add("Device " + id + " was refused: " + reason.sentence());
      long mine = ++attempt;
      become(new PeerState.Refused(reason.sentence()));
      loop.after(commons.settings().retryMax(), () -> offerIf(mine));
    } else if (seenIn.isEmpty()) {
      dropLinks();
      become(new PeerState.Gone(commons.clock().instant()));
    } else if (!transports.bestFirst().contains(lost.by())) {
      // Not the peer is lost, but our transport: the next one is tried at once.
      connect();
    } else {
      retryLater(reason.sentence());
    }
  }

  private void become(PeerState next) {
    state = next;
    changed.run();
  }
}
