// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.pairing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.Guard;
import org.jspecify.annotations.Nullable;

/**
 * The room of one code, at all discoveries at once. All of it is for the loop, but for calls of
 * discoveries, which may hang, and their events, which are bounded before they get to the loop.
 */
final class MeetingRoom {
  /** Who is in the room. */
  interface Guest {
    /** Somebody is there. */
    void saw(Way way, PeerId peer);

    /** Somebody left. */
    void missed(Way way, PeerId peer);

    /** Somebody, who is whom the discovery says, said something. */
    void heard(Way way, PeerId peer, Note note);
  }

  /** Events of one discovery that wait for the loop, at most; a flood loses some. */
  private static final int MAX_WAITING = 256;

  private final RoomId room;
  private final Credentials self;
  private final EventLoop loop;
  private final ExecutorService calls;
  private final FailureLog failures;
  private final List<Way> ways = new ArrayList<>();
  private boolean left;

  MeetingRoom(
      RoomId room, Credentials self, EventLoop loop, ExecutorService calls, FailureLog failures) {
    this.room = room;
    this.self = self;
    this.loop = loop;
    this.calls = calls;
    this.failures = failures;
  }

  RoomId room() {
    return room;
  }

  PeerId self() {
    return self.peer();
  }

  void enter(Collection<Discovery> discoveries, Guest guest) {
    for (Discovery discovery : discoveries) {
      Way way = new Way(guest);
      ways.add(way);
      call(() -> way.join(discovery));
    }
  }

  void leave() {
    left = true;
    ways.forEach(Way::leave);
    ways.clear();
  }

  private void call(Runnable task) {
    try {
      calls.execute(task);
    } catch (RejectedExecutionException e) {
      failures.note("Pairing has ended while a discovery was asked.");
    }
  }

  private void close(Membership membership) {
    call(
        () -> {
          try {
            membership.close();
          } catch (RuntimeException | Error e) {
            failures.add(Guard.sentence("A discovery", e), e);
          }
        });
  }

  /** The room at one discovery. */
  final class Way {
    private final Guest guest;
    private final AtomicInteger waiting = new AtomicInteger();
    private final ArrayDeque<DiscoveryEvent> early = new ArrayDeque<>();
    private @Nullable Membership membership;

    private Way(Guest guest) {
      this.guest = guest;
    }

    void say(PeerId peer, Note note) {
      Membership now = membership;
      if (now != null) {
        now.signal(peer, note.signal());
      }
    }

    private void join(Discovery discovery) {
      try {
        Membership made = discovery.join(room, self, this::on);
        loop.post(
            new EventLoop.Event() {
              @Override
              public void run() {
                joined(made);
              }

              @Override
              public void dropped() {
                made.close();
              }
            });
      } catch (RuntimeException | Error e) {
        failures.add(Guard.sentence("A discovery", e), e);
      }
    }

    /** Where a person carries the signals there is nobody to meet. */
    private void joined(Membership made) {
      if (left || !made.trickles()) {
        close(made);
        return;
      }
      membership = made;
      for (DiscoveryEvent event = early.poll(); event != null; event = early.poll()) {
        deal(event);
      }
    }

    private void on(DiscoveryEvent event) {
      if (waiting.incrementAndGet() > MAX_WAITING) {
        waiting.decrementAndGet();
        return;
      }
      loop.post(
          new EventLoop.Event() {
            @Override
            public void run() {
              waiting.decrementAndGet();
              take(event);
            }

            @Override
            public void dropped() {
              waiting.decrementAndGet();
            }
          });
    }

    private void take(DiscoveryEvent event) {
      if (membership != null) {
        deal(event);
      } else if (!left && early.size() < MAX_WAITING) {
        early.add(event);
      }
    }

    private void deal(DiscoveryEvent event) {
      if (left) {
        return;
      }
      if (event instanceof DiscoveryEvent.PeerSeen seen) {
        guest.saw(this, seen.peer());
      } else if (event instanceof DiscoveryEvent.PeerGone gone) {
        guest.missed(this, gone.peer());
      } else if (event instanceof DiscoveryEvent.Signalled signalled) {
        Note note = Note.of(signalled.signal());
        if (note != null) {
          guest.heard(this, signalled.peer(), note);
        }
      }
    }

    private void leave() {
      Membership now = membership;
      if (now != null) {
        close(now);
      }
      early.clear();
    }
  }
}
