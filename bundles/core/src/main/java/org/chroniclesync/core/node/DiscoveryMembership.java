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
import org.chroniclesync.core.base.Self;
import org.jspecify.annotations.Nullable;

/**
 * A discovery in use, and the stay in the room that it gave. Safe for any thread; it holds no lock
 * while it calls out.
 */
final class DiscoveryMembership {
  private final String name;
  private final Discovery discovery;
  private volatile DiscoveryState state = new DiscoveryState.Joining();
  private Phase phase = new Phase.Apart();

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

  DiscoveryMembership(String name, Discovery discovery) {
    this.name = name;
    this.discovery = discovery;
  }

  String name() {
    return name;
  }

  DiscoveryState state() {
    return state;
  }

  void state(DiscoveryState now) {
    state = now;
  }

  /**
   * Joins the room of whom the node is now, unless it is in one or the discovery is leaving.
   *
   * @return the stay, to be opened on the loop; null if there is none
   * @throws RuntimeException or an error if the discovery throws it; then it is in no room
   */
  @Nullable Stay join(Self self, Credentials credentials, Listener listener) {
    Stay begun = begin();
    if (begun == null) {
      return null;
    }
    Membership made = null;
    try {
      made =
          discovery.join(
              self.account().room(), credentials, event -> listener.on(this, begun, event));
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
    Stay begun = new Stay();
    phase = new Phase.Staying(begun);
    return begun;
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

  /** Returns the membership if the stay is the present one. */
  synchronized @Nullable Membership membership(Stay of) {
    return isPresent(of) ? of.membership : null;
  }

  /**
   * Leaves the room; another may be joined.
   *
   * @return what is to be closed, if there is anything; closing may take a while
   */
  @Nullable Membership leave() {
    return take(new Phase.Apart());
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
