// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.util.concurrent.Semaphore;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.jspecify.annotations.Nullable;

/**
 * A discovery in use, and the stay in the room that it gave. Safe for any thread; it holds no lock
 * while it calls out.
 */
final class Joined {
  /** Told of events, as soon as they come, also before the membership is known. */
  interface Listener {
    void on(Joined joined, Stay stay, DiscoveryEvent event);
  }

  /** Tells one membership from the next: what a former one still says is of no interest. */
  static final class Stay {
    /** How many events may wait to be dealt with; whoever tells of one more waits. */
    private static final int MAX_WAITING = 256;

    private final Semaphore room = new Semaphore(MAX_WAITING);
    private @Nullable Membership membership;
    private volatile boolean over;

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

    /** The event was dealt with. */
    void leave() {
      room.release();
    }

    /** Lets everybody go who waits: the thread that would make room may be the one that ends it. */
    private void end() {
      over = true;
      room.release(Integer.MAX_VALUE / 2);
    }
  }

  private final String name;
  private final Discovery discovery;
  private volatile DiscoveryState state = new DiscoveryState.Joining();
  private @Nullable Stay stay;
  private boolean gone;

  Joined(String name, Discovery discovery) {
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

  /** Joins the room of whom the node is now, unless it is in one or the discovery is leaving. */
  void join(Self self, Listener listener) {
    Stay begun = begin();
    if (begun != null) {
      Membership made =
          discovery.join(
              self.account().room(), self.id(), event -> listener.on(this, begun, event));
      if (!keep(begun, made)) {
        made.close();
      }
    }
  }

  private synchronized @Nullable Stay begin() {
    if (gone || stay != null) {
      return null;
    }
    Stay begun = new Stay();
    stay = begun;
    return begun;
  }

  /** Returns false if the stay was ended meanwhile. */
  private synchronized boolean keep(Stay begun, Membership made) {
    begun.membership = made;
    return begun.equals(stay);
  }

  /** Returns the membership if the stay is the present one. */
  synchronized @Nullable Membership membership(Stay of) {
    return of.equals(stay) ? of.membership : null;
  }

  /** Leaves the room; another may be joined. */
  void leave() {
    Membership left = take();
    if (left != null) {
      left.close();
    }
  }

  private synchronized @Nullable Membership take() {
    Stay ended = stay;
    stay = null;
    if (ended == null) {
      return null;
    }
    ended.end();
    return ended.membership;
  }

  /** Leaves the room for good, for the discovery itself leaves. */
  void end() {
    synchronized (this) {
      gone = true;
    }
    leave();
  }
}
