// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * The one thread of a session that seals and sends: the order in which frames are sealed is the
 * order in which they must be sent, and nobody who is interrupted can come in between. Control
 * messages go first and never make anybody wait; so neither the thread that receives nor the one
 * that merges depends on how fast the peer reads. All other messages wait for the peer's credit.
 * Safe for any thread.
 */
final class Sender implements AutoCloseable {
  /** A peer that reads needs a few; one that does not read is not worth more. */
  private static final int MAX_CONTROL = 256;

  private final Wire wire;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Said> control = new ArrayDeque<>();
  private final Map<Lane, ArrayDeque<Wire.Parcel>> lanes = new EnumMap<>(Lane.class);

  /** Called when the feed's lane has room, without a lock. */
  private volatile Runnable roomListener = () -> {};

  /** A client of version 1 grants nothing, and takes everything. */
  private long granted = Long.MAX_VALUE;

  private long shipped;
  private boolean overrun;
  private boolean closed;

  /** A control message, packed when its time has come; or at once, where the version matters. */
  private record Said(@Nullable Payload payload, Wire.@Nullable Parcel parcel) {}

  /** What is not control, in the order of urgency; in order within a lane. */
  enum Lane {
    /** What was recorded just now, comparisons, and what handlers say. */
    PROMPT(4),
    /** The feed. One waits while another is sealed and sent. */
    FEED(1);

    private final int most;

    Lane(int most) {
      this.most = most;
    }
  }

  Sender(Wire wire) {
    this.wire = wire;
    for (Lane lane : Lane.values()) {
      lanes.put(lane, new ArrayDeque<>());
    }
  }

  void onRoom(Runnable listener) {
    roomListener = listener;
  }

  // --- For those who have something to say ------------------------------------------------------

  /** Sends a control message, soon. Never waits. */
  void say(Payload payload) {
    say(new Said(payload, null));
  }

  /** Sends the greeting, in the version in which it was packed. */
  void greet(Wire.Parcel greeting) {
    say(new Said(null, greeting));
  }

  private void say(Said said) {
    lock.lock();
    try {
      if (!closed) {
        // The thread that sends ends the session over it.
        overrun |= control.size() >= MAX_CONTROL;
        if (!overrun) {
          control.add(said);
        }
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Hands a message over; waits while its lane is full. */
  void ship(Lane lane, Wire.Parcel parcel) throws ChannelClosedException, InterruptedException {
    lock.lockInterruptibly();
    try {
      ArrayDeque<Wire.Parcel> queue = queue(lane);
      while (!closed && queue.size() >= lane.most) {
        changed.await();
      }
      if (closed) {
        throw ended();
      }
      queue.add(parcel);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Tells whether a message of the feed would leave soon. */
  boolean takesFeed() {
    lock.lock();
    try {
      return hasCredit() && queue(Lane.FEED).isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** From now on the peer's credit counts. */
  void begin(long window) {
    lock.lock();
    try {
      granted = window;
    } finally {
      lock.unlock();
    }
  }

  /** The peer lets us send more. */
  void grant(long upTo) {
    lock.lock();
    try {
      granted = Math.max(granted, upTo);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    roomListener.run();
  }

  // --- The thread -------------------------------------------------------------------------------

  /** Sends until the session ends. */
  void run() throws ChannelClosedException, InterruptedException {
    while (true) {
      Said said = null;
      Wire.Parcel parcel = null;
      lock.lockInterruptibly();
      try {
        while (said == null && parcel == null) {
          check();
          said = control.poll();
          parcel = said == null && hasCredit() ? next() : null;
          if (said == null && parcel == null) {
            changed.await();
          }
        }
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      if (said != null) {
        wire.send(packed(said));
      } else if (parcel != null) {
        // The next one is read and packed while this one is sealed and sent.
        roomListener.run();
        ship(parcel);
      }
    }
  }

  private Wire.Parcel packed(Said said) throws ChannelClosedException, InterruptedException {
    if (said.parcel() != null) {
      return said.parcel();
    }
    if (said.payload() != null) {
      return wire.prepare(said.payload());
    }
    throw new IllegalArgumentException("nothing was said");
  }

  private void ship(Wire.Parcel parcel) throws ChannelClosedException, InterruptedException {
    int bytes = wire.send(parcel);
    lock.lock();
    try {
      shipped += bytes;
    } finally {
      lock.unlock();
    }
  }

  private Wire.@Nullable Parcel next() {
    for (Lane lane : Lane.values()) {
      Wire.Parcel parcel = queue(lane).poll();
      if (parcel != null) {
        return parcel;
      }
    }
    return null;
  }

  private boolean hasCredit() {
    return shipped < granted;
  }

  private ArrayDeque<Wire.Parcel> queue(Lane lane) {
    ArrayDeque<Wire.Parcel> queue = lanes.get(lane);
    if (queue == null) {
      throw new IllegalStateException("no lane " + lane);
    }
    return queue;
  }

  private void check() throws ChannelClosedException {
    if (closed) {
      throw ended();
    }
    if (overrun) {
      throw new ChannelClosedException(
          new CloseReason(
              CloseReason.Kind.LOST,
              "it took nothing while "
                  + MAX_CONTROL
                  + " messages waited that keep a session going"));
    }
  }

  private static ChannelClosedException ended() {
    return new ChannelClosedException(
        new CloseReason(CloseReason.Kind.LOCAL, "the session has ended"));
  }

  /** Sends nothing any more; lets go whoever waits. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
