// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.Guard;
import org.jspecify.annotations.Nullable;

/**
 * The links with one peer, one a transport, made when they are first needed; and which transports
 * did not get through. Each call of a transport is guarded here. On the loop's thread, but for
 * {@link #note}.
 */
final class Links implements AutoCloseable {
  private final PeerId self;
  private final PeerId peer;
  private final Transports transports;
  private final EventLoop loop;
  private final Guard guard;
  private final Listener listener;
  private final Map<Transports.Named, Link> open = new LinkedHashMap<>();

  /** Those that did not get through since the peer was last tried with the best. */
  private final Set<Transports.Named> failed = new HashSet<>();

  /** Why the last attempt with each of them failed, if it did. */
  private final Map<Transports.Named, String> reasons = new ConcurrentHashMap<>();

  /** Told on the loop's thread of what a link says. */
  interface Listener {
    void on(Transports.Named named, LinkEvent event);
  }

  Links(
      PeerId self,
      PeerId peer,
      Transports transports,
      EventLoop loop,
      Guard guard,
      Listener listener) {
    this.self = self;
    this.peer = peer;
    this.transports = transports;
    this.loop = loop;
    this.guard = guard;
    this.listener = listener;
  }

  // --- Which transport --------------------------------------------------------------------------

  /** The transports that the peer can be expected to speak, best first. */
  List<Transports.Named> usable() {
    return transports.bestFirst().stream().filter(this::speaks).toList();
  }

  private boolean speaks(Transports.Named named) {
    return peer.isNode() || named.legacy();
  }

  /** The best that has not failed; when all have, the best again; null if there is none. */
  Transports.@Nullable Named next() {
    List<Transports.Named> usable = usable();
    for (Transports.Named named : usable) {
      if (!failed.contains(named)) {
        return named;
      }
    }
    failed.clear();
    return usable.isEmpty() ? null : usable.get(0);
  }

  boolean isRunning(Transports.Named named) {
    return transports.bestFirst().contains(named);
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  boolean has(Transports.Named named) {
    return open.containsKey(named);
  }

  /** A session is there: the next one begins with the best again. */
  void succeeded(Transports.Named named) {
    failed.clear();
    reasons.remove(named);
  }

  void remember(Transports.Named named, String why) {
    reasons.put(named, why);
  }

  /** Returns true if all have failed, and forgets it. */
  boolean exhausted(Transports.Named named) {
    failed.add(named);
    boolean all = failed.containsAll(usable());
    if (all) {
      failed.clear();
    }
    return all;
  }

  /** Says why none of the better transports is used; null if there is none. On any thread. */
  @Nullable String note(Transports.Named used) {
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

  // --- What links do ----------------------------------------------------------------------------

  void offer(Transports.Named named, boolean trickles) {
    call(named, trickles, Link::offer);
  }

  /** Gives a signal to the best transport that takes it; false if none does. */
  boolean signal(Signal signal, boolean trickles) {
    for (Transports.Named named : usable()) {
      if (Boolean.TRUE.equals(guard.call(part(named), () -> named.transport().accepts(signal)))) {
        call(named, trickles, link -> link.signal(signal));
        return true;
      }
    }
    return false;
  }

  private interface Call {
    void make(Link link);
  }

  /** A transport that fails is taken for one that did not get through. */
  private void call(Transports.Named named, boolean trickles, Call call) {
    boolean well =
        guard.run(
            part(named), () -> call.make(open.computeIfAbsent(named, n -> link(n, trickles))));
    if (!well) {
      loop.post(
          () ->
              listener.on(
                  named, new LinkEvent.Failed("its transport failed; the log has the details")));
    }
  }

  private Link link(Transports.Named named, boolean trickles) {
    // The signals of nodes are sealed, or a person carries them.
    Peering peering = new Peering(self, peer, trickles, peer.isNode());
    return named.transport().link(peering, event -> loop.post(told(named, event)));
  }

  private EventLoop.Event told(Transports.Named named, LinkEvent event) {
    return new EventLoop.Event() {
      @Override
      public void run() {
        listener.on(named, event);
      }

      @Override
      public void dropped() {
        if (event instanceof LinkEvent.Opened opened) {
          opened.channel().close();
        }
      }
    };
  }

  /** Closes the link of a transport that has left; returns false if there was none. */
  boolean drop(Transports.Named named) {
    failed.remove(named);
    reasons.remove(named);
    Link dropped = open.remove(named);
    if (dropped != null) {
      guard.run(part(named), dropped::close);
    }
    return dropped != null;
  }

  /** Closes all links. Others may be made afterwards. */
  @Override
  public void close() {
    failed.clear();
    List.copyOf(open.keySet()).forEach(this::close);
  }

  private void close(Transports.Named named) {
    Link dropped = open.remove(named);
    if (dropped != null) {
      guard.run(part(named), dropped::close);
    }
  }

  private static String part(Transports.Named named) {
    return "The transport " + named.name();
  }
}
