// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.discovery;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerGone;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.DiscoveryEvent.Signalled;
import org.chroniclesync.api.discovery.DiscoveryEvent.StateChanged;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.jspecify.annotations.Nullable;

/** Members of one process meet here, by the rules but for one fault. */
final class MemoryDiscovery implements Discovery, AutoCloseable {
  private static final int MOST_SIGNALS = 60;
  private static final long END_MILLIS = 5_000;
  private static final long ANOTHER_MILLIS = 300;
  private static final long HANG_MILLIS = 6_000;

  /** Where the members of all discoveries meet. */
  static final class Rooms {
    private final List<Member> members = new CopyOnWriteArrayList<>();
  }

  private final Rooms rooms;
  private final Fault fault;
  private final List<Member> given = new CopyOnWriteArrayList<>();
  private @Nullable ExecutorService shared;
  private volatile boolean left;

  MemoryDiscovery(Rooms rooms, Fault fault) {
    this.rooms = rooms;
    this.fault = fault;
  }

  @Override
  public Membership join(RoomId room, Credentials self, Consumer<DiscoveryEvent> listener) {
    if (left && fault != Fault.JOINS_AFTER_THE_SERVICE_LEFT) {
      throw new IllegalStateException("this discovery is no longer there");
    }
    Member member = new Member(room, self.peer(), listener, dispatcher());
    given.add(member);
    member.enter();
    return member;
  }

  private ExecutorService dispatcher() {
    if (fault != Fault.ONE_THREAD_FOR_ALL_MEMBERSHIPS) {
      return newDispatcher();
    }
    ExecutorService one = shared;
    if (one == null) {
      one = newDispatcher();
      shared = one;
    }
    return one;
  }

  private static ExecutorService newDispatcher() {
    return Executors.newSingleThreadExecutor(
        work -> {
          Thread made = new Thread(work, "memory-discovery");
          made.setDaemon(true);
          return made;
        });
  }

  @Override
  public void close() {
    left = true;
    List<Member> all = given;
    for (Member member : all) {
      if (fault == Fault.NONE || fault.rule > 11 || fault.rule < 4) {
        member.close();
      } else if (fault != Fault.MEMBERSHIPS_OUTLIVE_THE_SERVICE
          && fault != Fault.LEAVES_ITS_THREAD) {
        // What such a fault would block the clean-up is not what is tested.
        member.dispatcher.shutdownNow();
      }
    }
  }

  private final class Member implements Membership {
    private final RoomId room;
    private final PeerId self;
    private final Consumer<DiscoveryEvent> listener;
    private final ExecutorService dispatcher;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch anotherCloser = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile boolean threw;
    private volatile boolean deaf;
    private int received;
    private @Nullable DiscoveryEvent kept;

    Member(
        RoomId room, PeerId self, Consumer<DiscoveryEvent> listener, ExecutorService dispatcher) {
      this.room = room;
      this.self = self;
      this.listener = listener;
      this.dispatcher = dispatcher;
    }

    void enter() {
      DiscoveryEvent joined = new StateChanged(new DiscoveryState.Joined(Instant.now()));
      if (fault == Fault.TELLS_BY_THE_JOINING_THREAD) {
        listener.accept(joined);
      }
      wait(tell(joined), fault == Fault.JOIN_WAITS_FOR_THE_LISTENER);
      synchronized (rooms) {
        for (Member other : rooms.members) {
          if (meets(other)) {
            tell(new PeerSeen(other.self));
            other.tell(new PeerSeen(self));
          }
        }
        if (fault == Fault.SEES_ITSELF) {
          tell(new PeerSeen(self));
        }
        rooms.members.add(this);
      }
    }

    private boolean meets(Member other) {
      return room.equals(other.room) || fault == Fault.MIXES_ROOMS;
    }

    @Override
    public void signal(PeerId peer, Signal signal) {
      if (closing.get()) {
        if (fault == Fault.SIGNAL_AFTER_CLOSE_THROWS) {
          throw new IllegalStateException("closed");
        }
        return;
      }
      wait(tell(null), fault == Fault.SIGNAL_WAITS_FOR_THE_LISTENER);
      if (fault == Fault.ANSWERS_FOR_STRANGERS) {
        tell(new Signalled(peer, signal));
      }
      for (Member other : rooms.members) {
        if (meets(other) && other.self.equals(peer)) {
          other.receive(fault == Fault.FORGES_THE_SENDER ? peer : self, mangled(signal));
        }
      }
    }

    private Signal mangled(Signal signal) {
      return fault == Fault.TRIMS_SIGNALS && signal instanceof Signal.Answer answer
          ? new Signal.Answer(answer.sdp().strip())
          : signal;
    }

    private synchronized void receive(PeerId from, Signal signal) {
      if (deaf) {
        return;
      }
      received++;
      DiscoveryEvent event = new Signalled(from, signal);
      if (fault == Fault.COUNTS_ALL_MEMBERS_AS_ONE && received > MOST_SIGNALS) {
        return;
      }
      if (fault != Fault.SWAPS_SIGNALS) {
        tell(event);
      } else if (kept == null) {
        kept = event;
      } else {
        tell(event);
        tell(kept);
        kept = null;
      }
    }

    @Override
    public boolean trickles() {
      return true;
    }

    @Override
    public void close() {
      if (Thread.currentThread() == thread && fault != Fault.CLOSE_BY_THE_LISTENER_HANGS) {
        throw new IllegalStateException("a membership must not be closed by its own listener");
      }
      if (closing.compareAndSet(false, true)) {
        leave();
        closed.countDown();
      } else if (fault == Fault.SECOND_CLOSER_DOES_NOT_WAIT) {
        anotherCloser.countDown();
      } else {
        await(closed, HANG_MILLIS);
      }
    }

    private void leave() {
      if (fault == Fault.SECOND_CLOSER_DOES_NOT_WAIT) {
        await(anotherCloser, ANOTHER_MILLIS);
      }
      synchronized (rooms) {
        rooms.members.remove(this);
        rooms.members.stream()
            .filter(this::meets)
            .filter(other -> fault != Fault.DOES_NOT_TELL_WHO_WENT)
            .forEach(other -> other.tell(new PeerGone(self)));
      }
      if (fault != Fault.DOES_NOT_TELL_THAT_IT_LEFT) {
        wait(tell(new StateChanged(new DiscoveryState.Left())), isShared());
      }
      if (fault == Fault.TELLS_AFTER_CLOSE) {
        tell(new PeerGone(self));
      }
      if (!isShared() && fault != Fault.LEAVES_ITS_THREAD) {
        end();
      }
    }

    private boolean isShared() {
      return fault == Fault.ONE_THREAD_FOR_ALL_MEMBERSHIPS;
    }

    private void end() {
      dispatcher.shutdown();
      boolean hangs =
          fault == Fault.WAITS_FOR_A_STUCK_LISTENER_FOR_EVER
              || fault == Fault.CLOSE_BY_THE_LISTENER_HANGS;
      try {
        if (!dispatcher.awaitTermination(hangs ? HANG_MILLIS : END_MILLIS, TimeUnit.MILLISECONDS)) {
          dispatcher.shutdownNow();
        }
      } catch (InterruptedException e) {
        dispatcher.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }

    private @Nullable Future<?> tell(@Nullable DiscoveryEvent event) {
      try {
        return dispatcher.submit(() -> accept(event));
      } catch (RejectedExecutionException e) {
        return null; // closed meanwhile
      }
    }

    private void accept(@Nullable DiscoveryEvent event) {
      thread = Thread.currentThread();
      if (event == null || (threw && fault == Fault.STOPS_AFTER_A_LISTENER_THREW)) {
        return;
      }
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        threw = true;
      } catch (Error e) {
        threw = true;
        deaf = fault == Fault.IS_DEAF_AFTER_AN_ERROR_OF_A_LISTENER;
      }
    }

    private static void wait(@Nullable Future<?> told, boolean really) {
      try {
        if (really && told != null) {
          told.get(HANG_MILLIS, TimeUnit.MILLISECONDS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        throw new IllegalStateException(e);
      }
    }

    private static void await(CountDownLatch latch, long millis) {
      try {
        if (!latch.await(millis, TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
