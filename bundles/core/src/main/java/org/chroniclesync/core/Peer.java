// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
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

  private final PeerId id;
  private final Commons commons;
  private final Transports transports;
  private final Loop loop;
  private final Runnable changed;
  private final Backoff backoff;
  private final Counters counters = new Counters();

  /** The memberships in which the peer was seen, by the name of their discovery; newest last. */
  private final Map<String, Membership> seenIn = new LinkedHashMap<>();

  /** The way back for signals: where the last one came from, which may be a person's hand. */
  private @Nullable Membership way;

  private @Nullable Link link;
  private Transports.@Nullable Named linkedBy;
  private Instant sessionSince = Instant.EPOCH;
  private long attempt;
  private boolean stopped;
  private volatile @Nullable PeerSession session;
  private volatile @Nullable Device device;
  private volatile boolean node;
  private volatile @Nullable String transportName;
  private volatile PeerState state = new PeerState.Connecting();

  Peer(PeerId id, Commons commons, Transports transports, Loop loop, Runnable changed) {
    this.id = id;
    this.commons = commons;
    this.transports = transports;
    this.loop = loop;
    this.changed = changed;
    Settings settings = commons.settings();
    this.backoff =
        new Backoff(settings.retryBase(), settings.retryMax(), RandomGenerator.getDefault());
  }

  // --- What discoveries say ---------------------------------------------------------------------

  void seen(String discovery, Membership membership) {
    boolean anew = seenIn.put(discovery, membership) == null;
    way = membership;
    if (anew && session == null) {
      backoff.reset();
      connect();
    }
  }

  void gone(String discovery) {
    Membership lost = seenIn.remove(discovery);
    if (way == lost) {
      way = seenIn.values().stream().reduce((a, b) -> b).orElse(null);
    }
    if (session == null && seenIn.isEmpty()) {
      dropLink();
      become(new PeerState.Gone(commons.clock().instant()));
    }
  }

  void signal(String discovery, Membership membership, Signal signal) {
    // A peer that signals is there, even if the news of its coming was lost.
    seenIn.putIfAbsent(discovery, membership);
    way = membership;
    Link current = ensureLink();
    if (current != null) {
      current.signal(signal);
    }
  }

  // --- What the node says -----------------------------------------------------------------------

  void retryNow() {
    PeerSession current = session;
    if (current != null) {
      current.resync();
    } else if (!seenIn.isEmpty()) {
      backoff.reset();
      connect();
    }
  }

  void transportGone(Transports.Named named) {
    if (named.equals(linkedBy)) {
      dropLink();
      if (session == null && !seenIn.isEmpty()) {
        connect();
      }
    }
  }

  void transportCame() {
    if (session == null && link == null && !seenIn.isEmpty()) {
      connect();
    }
  }

  @Nullable PeerSession stop() {
    stopped = true;
    dropLink();
    PeerSession current = session;
    if (current != null) {
      current.close(new CloseReason(CloseReason.Kind.LOCAL, "the node stops"));
    }
    return current;
  }

  boolean isForgettable() {
    return session == null && seenIn.isEmpty();
  }

  PeerStatus status() {
    PeerSession current = session;
    PeerState now = current != null ? current.state() : state;
    return new PeerStatus(
        id, device, current == null ? null : transportName, node, now, counters.sum());
  }

  // --- Connecting -------------------------------------------------------------------------------

  private void connect() {
    long mine = ++attempt;
    Link current = ensureLink();
    if (current == null) {
      become(
          new PeerState.Unreachable(
              "no transport is running; start or install one", commons.clock().instant()));
      return;
    }
    become(new PeerState.Connecting());
    if (id.isNode() && commons.identity().self().compareTo(id) < 0) {
      current.offer();
    } else {
      loop.after(commons.settings().offerGrace(), () -> offerIf(mine));
    }
  }

  private void offerIf(long mine) {
    Link current = link;
    if (mine == attempt && session == null && current != null && !stopped) {
      current.offer();
    }
  }

  private void retryLater(String why) {
    Duration delay = backoff.next();
    long mine = ++attempt;
    become(new PeerState.Unreachable(why, commons.clock().instant().plus(delay)));
    loop.after(
        delay,
        () -> {
          if (mine == attempt && session == null && !seenIn.isEmpty() && !stopped) {
            connect();
          }
        });
  }

  private @Nullable Link ensureLink() {
    Membership membership = way;
    if (link == null && membership != null && !stopped) {
      Transports.Named best = transports.best();
      if (best != null) {
        linkedBy = best;
        Link[] made = new Link[1];
        made[0] =
            best.transport()
                .link(
                    commons.identity().self(),
                    id,
                    membership.trickles(),
                    event -> loop.post(() -> on(made[0], best.name(), event)));
        link = made[0];
      }
    }
    return link;
  }

  private void dropLink() {
    Link current = link;
    link = null;
    linkedBy = null;
    if (current != null) {
      current.close();
    }
  }

  private void on(@Nullable Link source, String transport, LinkEvent event) {
    if (event instanceof LinkEvent.Opened opened) {
      opened(transport, opened.channel());
    } else if (source != link || stopped) {
      return;
    } else if (event instanceof LinkEvent.SignalOut out) {
      Membership membership = way;
      if (membership != null) {
        membership.signal(id, out.signal());
      }
    } else if (event instanceof LinkEvent.Failed failed && session == null) {
      commons.failures().add("Device " + id + " cannot be reached: " + failed.why());
      retryLater(failed.why());
    }
  }

  private void opened(String transport, Channel channel) {
    if (stopped) {
      channel.close();
      return;
    }
    PeerSession before = session;
    PeerSession next = new PeerSession(id, channel, commons, counters, this::report);
    session = next;
    sessionSince = commons.clock().instant();
    transportName = transport;
    attempt++;
    if (before != null) {
      before.close(new CloseReason(CloseReason.Kind.LOCAL, "the peer opened a newer connection"));
    }
    next.start();
    changed.run();
  }

  // --- What the session says, from any thread ---------------------------------------------------

  private void report(PeerSession from) {
    loop.post(() -> refresh(from));
    changed.run();
  }

  private void refresh(PeerSession from) {
    if (from != session) {
      return;
    }
    device = from.device() == null ? device : from.device();
    node = from.isNode();
    CloseReason end = from.end();
    if (end != null) {
      ended(end);
    }
    changed.run();
  }

  private void ended(CloseReason reason) {
    session = null;
    if (commons.clock().instant().isAfter(sessionSince.plus(STEADY))) {
      backoff.reset();
    }
    if (reason.kind() == CloseReason.Kind.VIOLATION) {
      commons.failures().add("Device " + id + " was refused: " + reason.sentence());
      long mine = ++attempt;
      become(new PeerState.Refused(reason.sentence()));
      loop.after(commons.settings().retryMax(), () -> offerIf(mine));
    } else if (seenIn.isEmpty()) {
      dropLink();
      become(new PeerState.Gone(commons.clock().instant()));
    } else {
      retryLater(reason.sentence());
    }
  }

  private void become(PeerState next) {
    state = next;
    changed.run();
  }
}
