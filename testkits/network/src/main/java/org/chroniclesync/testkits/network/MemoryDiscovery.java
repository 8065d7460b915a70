// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.RoomId;

/**
 * A discovery of a {@link MemoryNetwork}. It keeps all rules of the seam until a test dials a
 * fault. Safe for any thread.
 */
public final class MemoryDiscovery implements Discovery, AutoCloseable {
  private final MemoryNetwork network;
  private final String name;
  private final Set<MemoryMembership> given = new LinkedHashSet<>();
  private volatile Runnable beforeJoin = () -> {};
  private volatile Runnable beforeLeave = () -> {};
  private volatile boolean trickles = true;
  private boolean closed;

  MemoryDiscovery(MemoryNetwork network, String name) {
    this.network = network;
    this.name = name;
  }

  /**
   * Runs at the beginning of each {@link #join} from now on, on the thread that joins. What it
   * throws leaves {@code join}; while it blocks, {@code join} hangs.
   *
   * @param hook what to do, such as {@code gate::pass}
   */
  public void beforeJoin(Runnable hook) {
    beforeJoin = hook;
  }

  /**
   * Runs at the beginning of each {@link Membership#close} from now on, on the thread that closes.
   * What it throws leaves {@code close} when the room has been left; while it blocks, {@code close}
   * hangs.
   *
   * @param hook what to do, such as {@code gate::pass}
   */
  public void beforeLeave(Runnable hook) {
    beforeLeave = hook;
  }

  /**
   * Sets what {@link Membership#trickles} answers.
   *
   * @param next false for a discovery whose signals a person carries by hand
   */
  public void trickles(boolean next) {
    trickles = next;
  }

  boolean trickles() {
    return trickles;
  }

  void leaving() {
    beforeLeave.run();
  }

  @Override
  public Membership join(RoomId room, Credentials self, Consumer<DiscoveryEvent> listener) {
    beforeJoin.run();
    Mailbox mailbox = new Mailbox("memory-discovery-" + self.peer(), listener, network::threw);
    MemoryMembership member =
        new MemoryMembership(this, network.rooms(), new RoomKey(name, room), self.peer(), mailbox);
    synchronized (given) {
      if (closed) {
        throw new IllegalStateException("the discovery " + name + " has stopped");
      }
      // All of it before anybody can close it.
      given.add(member);
      mailbox.start();
      mailbox.post(new DiscoveryEvent.StateChanged(new DiscoveryState.Joined(Instant.now())));
      network.rooms().enter(member);
    }
    return member;
  }

  void forget(MemoryMembership member) {
    synchronized (given) {
      given.remove(member);
    }
  }

  /** Stops, as a service that leaves: its memberships are closed, and nobody joins any more. */
  @Override
  public void close() {
    List<MemoryMembership> all;
    synchronized (given) {
      closed = true;
      all = List.copyOf(given);
    }
    all.forEach(MemoryMembership::close);
  }

  /** Returns the name, as in {@link Discovery#NAME_PROPERTY}. */
  @Override
  public String toString() {
    return name;
  }
}
