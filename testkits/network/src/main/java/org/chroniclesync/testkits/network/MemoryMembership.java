// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;

/** What a {@link MemoryDiscovery} gives out. */
final class MemoryMembership implements Membership {
  private final MemoryDiscovery discovery;
  private final MemoryRooms rooms;
  private final RoomKey room;
  private final PeerId self;
  private final Mailbox mailbox;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);

  MemoryMembership(
      MemoryDiscovery discovery, MemoryRooms rooms, RoomKey room, PeerId self, Mailbox mailbox) {
    this.discovery = discovery;
    this.rooms = rooms;
    this.room = room;
    this.self = self;
    this.mailbox = mailbox;
  }

  RoomKey room() {
    return room;
  }

  PeerId self() {
    return self;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  Holding holding() {
    return new Holding(Holding.Kind.MEMBERSHIP, room.discovery(), self, null);
  }

  @Override
  public void signal(PeerId peer, Signal signal) {
    if (!closing.get()) {
      rooms.carry(room, self, peer, signal);
    }
  }

  @Override
  public boolean trickles() {
    return discovery.trickles();
  }

  @Override
  public void close() {
    if (mailbox.isOwn(Thread.currentThread())) {
      throw new IllegalStateException("a listener must not close its own membership");
    }
    if (closing.compareAndSet(false, true)) {
      try {
        discovery.leaving();
      } finally {
        rooms.leave(this);
        mailbox.close(new DiscoveryEvent.StateChanged(new DiscoveryState.Left()));
        discovery.forget(this);
        closed.countDown();
      }
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
