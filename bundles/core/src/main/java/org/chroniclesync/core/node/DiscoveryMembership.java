// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.core.base.Self;
import org.jspecify.annotations.Nullable;

/**
 * A discovery in use for one room, and the stay there that it gave. Safe for any thread; it holds
 * no lock while it calls out.
 *
 * <p>The discovery is called for one stay at a time. A room knows a peer once: were the room joined
 * anew while a former call for it is under way, the former could come last, take the place of the
 * newer, and then give it up.
 */
final class DiscoveryMembership {
  private final String name;
  private final Room room;
  private final Discovery discovery;
  private volatile DiscoveryState state = new DiscoveryState.Joining();
  private Phase phase = new Phase.Apart();

  /** How many calls are under way that join a room or leave it. */
  private int underWay;

  /** Whether somebody wanted to join meanwhile. */
  private boolean due;

  /** In which of the account's rooms. */
  enum Room {
    /** Where nodes meet, who prove that they belong there. */
    NODES("the nodes' room"),

    /** Where whoever knows its name meets clients of version 1, and older nodes. */
    VERSION_1("version 1's room");

    private final String words;

    Room(String words) {
      this.words = words;
    }

    RoomId of(Self self) {
      return this == NODES ? self.nodes() : self.account().room();
    }

    /** For a person. */
    @Override
    public String toString() {
      return words;
    }
  }

  private sealed interface Phase {
    /** In no room. */
    record Apart() implements Phase {}

    /** In a room, or about to be. */
    record Staying(Stay stay) implements Phase {}

    /** The discovery leaves; for ever. */
    record Ended() implements Phase {}
  }

  /** Told of events, as soon as they come, also before the membership is known. */
  interface Listener {
    /** Something happened during a stay. */
    void on(DiscoveryMembership of, Stay stay, DiscoveryEvent event);
  }

  /** Tells one membership from the next: what a former one still says is of no interest. */
  static final class Stay {
    /** How many events may wait to be dealt with; whoever tells of one more waits. */
    private static final int MAX_WAITING = 256;

    private final Semaphore room = new Semaphore(MAX_WAITING);
    private @Nullable Membership membership;
    private volatile boolean over;

    /** What came before the membership was known; for the loop. */
    private final ArrayDeque<Runnable> early = new ArrayDeque<>();

    private boolean known;

    /**
     * Runs a task now, or once the membership is known, in the order in which tasks came. On the
     * loop.
     */
    void inOrder(Runnable task) {
      if (known) {
        task.run();
      } else {
        early.add(task);
      }
    }

    /** The membership is known; on the loop. */
    void open() {
      known = true;
      for (Runnable task = early.poll(); task != null; task = early.poll()) {
        task.run();
      }
    }

    /**
     * Waits until there is room for another event, so that a discovery service that floods holds
     * back itself, and neither fills the memory nor drives out what the node tells itself.
     *
     * @return false if the stay ended meanwhile
     */
    boolean enter() {
      try {
        room.acquire();
        return !over;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    /** The event was dealt with, or dropped. */
    void leave() {
      room.release();
    }

    /** Lets everybody go who waits: the thread that would make room may be the one that ends it. */
    private void end() {
      over = true;
      room.release(Integer.MAX_VALUE / 2);
    }
  }

  DiscoveryMembership(String name, Room room, Discovery discovery) {
    this.name = name;
    this.room = room;
    this.discovery = discovery;
  }

  String name() {
    return name;
  }

  Room room() {
    return room;
  }

  DiscoveryState state() {
    return state;
  }

  void state(DiscoveryState now) {
    state = now;
  }

  /**
   * Joins its room of whom the node is now, unless it is in one or the discovery is leaving. While
   * a former call is under way it joins nothing; {@link #isDue} tells when it may.
   *
   * @return the stay, to be opened on the loop; null if there is none
   * @throws RuntimeException or an error if the discovery throws it; then it is in no room
   */
  @Nullable Stay join(Self self, Credentials credentials, Listener listener) {
    Stay begun = begin();
    if (begun == null) {
      return null;
    }
    try {
      return join(begun, self, credentials, listener);
    } finally {
      returned();
    }
  }

  private @Nullable Stay join(Stay begun, Self self, Credentials credentials, Listener listener) {
    Membership made = null;
    try {
      made = discovery.join(room.of(self), credentials, event -> listener.on(this, begun, event));
    } finally {
      if (made == null) {
        abandon(begun);
      }
    }
    if (!keep(begun, made)) {
      made.close();
      return null;
    }
    return begun;
  }

  private synchronized @Nullable Stay begin() {
    if (!(phase instanceof Phase.Apart)) {
      return null;
    }
    state = new DiscoveryState.Joining();
    if (underWay > 0) {
      due = true;
      return null;
    }
    underWay++;
    Stay begun = new Stay();
    phase = new Phase.Staying(begun);
    return begun;
  }

  private synchronized void returned() {
    underWay--;
  }

  /**
   * Tells, once, that a room may be joined for which there was no time before. Whoever joined or
   * left asks it afterwards.
   */
  synchronized boolean isDue() {
    boolean now = due && underWay == 0;
    due &= !now;
    return now;
  }

  private synchronized void abandon(Stay begun) {
    if (isPresent(begun)) {
      phase = new Phase.Apart();
      begun.end();
    }
  }

  /** Returns false if the stay was ended meanwhile. */
  private synchronized boolean keep(Stay begun, Membership made) {
    begun.membership = made;
    return isPresent(begun);
  }

  private boolean isPresent(Stay stay) {
    return phase instanceof Phase.Staying staying && staying.stay() == stay;
  }

  /** Returns the present membership, if it is known. */
  synchronized @Nullable Membership membershipNow() {
    return phase instanceof Phase.Staying staying ? staying.stay().membership : null;
  }

  boolean isNow(Membership membership) {
    return membershipNow() == membership;
  }

  /** Returns the membership if the stay is the present one. */
  synchronized @Nullable Membership membership(Stay of) {
    return isPresent(of) ? of.membership : null;
  }

  /**
   * Leaves the room; another may be joined once the call for this one has returned.
   *
   * @return what leaves it, if there is anything, which may take a while; to be run once
   */
  synchronized @Nullable Runnable leave() {
    Membership left = take(new Phase.Apart());
    due = false;
    if (left == null) {
      return null;
    }
    underWay++;
    return () -> {
      try {
        left.close();
      } finally {
        returned();
      }
    };
  }

  /** Leaves the room for good, because the discovery itself leaves. */
  void end() {
    Membership left = take(new Phase.Ended());
    if (left != null) {
      left.close();
    }
  }

  private synchronized @Nullable Membership take(Phase next) {
    Phase before = phase;
    if (!(before instanceof Phase.Ended)) {
      phase = next;
    }
    if (!(before instanceof Phase.Staying staying)) {
      return null;
    }
    staying.stay().end();
    return staying.stay().membership;
  }
}
