// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryEvent.StateChanged;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.discovery.support.EventDelivery;
import org.chroniclesync.api.discovery.support.SignalQueue;
import org.chroniclesync.api.support.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One room on the local networks: a thread for these, and one for the listener. */
final class LocalMembership implements Membership {
  private static final Logger LOG = LoggerFactory.getLogger(LocalMembership.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final RoomId room;
  private final Consumer<LocalMembership> whenClosed;
  private final EventDelivery events;
  final Loop loop;
  final Presence presence;
  private final AtomicBoolean pumping = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  LocalMembership(
      Settings settings,
      Clock clock,
      RoomId room,
      Credentials self,
      Consumer<DiscoveryEvent> listener,
      Consumer<LocalMembership> whenClosed) {
    this.room = room;
    this.whenClosed = whenClosed;
    events =
        new EventDelivery(
            DaemonThreads.named("chroniclesync-mdns-listener"),
            listener,
            thrown -> LOG.warn("the listener of room {} failed", room, thrown));
    loop = new Loop(this::failed);
    presence = new Presence(settings, clock, room, self, events, loop);
  }

  void start() {
    events.tell(new StateChanged(new DiscoveryState.Joining()));
    loop.execute(presence::start);
    loop.start();
  }

  private void failed(Throwable thrown) {
    presence.failed(thrown);
  }

  @Override
  public void signal(PeerId peer, Signal signal) {
    SignalQueue queue = closing.get() ? null : presence.links().queue(peer);
    if (queue == null) {
      return;
    }
    queue.add(Frame.text(signal));
    if (pumping.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            pumping.set(false);
            presence.links().pump();
          });
    }
  }

  @Override
  public boolean trickles() {
    return true;
  }

  @Override
  public void close() {
    events.refuseListener();
    if (closing.compareAndSet(false, true)) {
      if (!loop.end(presence::close, PATIENCE)) {
        LOG.warn("the thread of room {} is left behind", room);
      }
      if (!events.close()) {
        LOG.warn("the listener of room {} did not return; it was interrupted", room);
      }
      whenClosed.accept(this);
      closed.countDown();
    } else {
      awaitClosed();
    }
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
