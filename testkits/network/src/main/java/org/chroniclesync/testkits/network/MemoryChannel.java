// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelBinding;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.jspecify.annotations.Nullable;

/**
 * One end of a {@link Connection}. The only buffer is that of the frames which it has not handed
 * out; all state is guarded by the lock of the connection.
 */
final class MemoryChannel implements Channel {
  private static final int MAX_FRAME_BYTES = 262_144;

  private final Connection connection;
  private final MemoryTransport.End end;
  private final ChannelBinding binding;
  private final ReentrantLock lock;
  private final Condition changed;
  private final int capacity;
  private final AtomicLong sent = new AtomicLong();
  private final Deque<Arriving> inbox = new ArrayDeque<>();
  private long puts;
  private int sending;
  private long newest = System.nanoTime();
  private @Nullable CloseReason reason;
  private long endsAt;

  /** A frame, and when it is there. */
  private record Arriving(Frame frame, long at) {}

  MemoryChannel(Connection connection, MemoryTransport.End end, ChannelBinding binding) {
    this.connection = connection;
    this.end = end;
    this.binding = binding;
    this.lock = connection.lock();
    this.changed = connection.changed();
    this.capacity = connection.network().buffer();
  }

  Connection connection() {
    return connection;
  }

  MemoryChannel peer() {
    return connection.other(this);
  }

  PeerId holder() {
    return end.self();
  }

  MemoryTransport transport() {
    return end.transport();
  }

  Holding holding() {
    return new Holding(Holding.Kind.CHANNEL, connection.transport(), end.self(), end.peer());
  }

  /** Returns chances for what happens to this end. */
  SplittableRandom draws(long seed, long number) {
    return Draws.of(
        seed,
        connection.transport(),
        end.self().value(),
        end.peer().value(),
        connection.number(),
        number);
  }

  /** Tells whether nothing has ended it, as its holder sees it. */
  boolean isOpen() {
    lock.lock();
    try {
      return endedBy(System.nanoTime()) == null;
    } finally {
      lock.unlock();
    }
  }

  // --- Sending ----------------------------------------------------------------------------------

  @Override
  public void send(Frame frame) throws ChannelClosedException, InterruptedException {
    int size = size(frame);
    if (size > MAX_FRAME_BYTES) {
      throw new IllegalArgumentException("a frame of " + size + " bytes");
    }
    begin();
    try {
      if (!isCutOff()) {
        connection.network().middle().passes(new Passage(this, frame, sent.incrementAndGet()));
      }
    } finally {
      done();
    }
  }

  /** Tells whether one of both has vanished, so that nothing comes from here to there. */
  private boolean isCutOff() {
    MemoryRooms rooms = connection.network().rooms();
    return rooms.isVanished(end.self()) || rooms.isVanished(end.peer());
  }

  private static int size(Frame frame) {
    return frame instanceof Frame.Text text
        ? text.text().getBytes(StandardCharsets.UTF_8).length
        : ((Frame.Binary) frame).bytes().length;
  }

  private void begin() throws ChannelClosedException, InterruptedException {
    lock.lockInterruptibly();
    try {
      check();
      sending++;
    } finally {
      lock.unlock();
    }
  }

  private void done() {
    lock.lock();
    try {
      sending--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Puts a frame in front of this end; waits while its buffer is full. */
  void put(Frame frame) throws ChannelClosedException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        peer().check();
        long now = System.nanoTime();
        if (endedBy(now) != null) {
          return; // the news of it has not come to the other end yet
        }
        if (inbox.size() < capacity) {
          arrive(frame, now);
          return;
        }
        peer().awaitChange(Long.MAX_VALUE, now);
      }
    } finally {
      lock.unlock();
    }
  }

  private void arrive(Frame frame, long now) {
    long delay = connection.network().delay(this, ++puts);
    newest = Math.max(newest, now + delay);
    inbox.add(new Arriving(frame, newest));
    changed.signalAll();
  }

  /** What the other end has not got yet for want of room has not left. */
  @Override
  public boolean flush(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (sending > 0 && left > 0) {
        left = changed.awaitNanos(left);
      }
      return sending == 0;
    } finally {
      lock.unlock();
    }
  }

  // --- Receiving --------------------------------------------------------------------------------

  @Override
  public @Nullable Frame receive(Duration patience)
      throws ChannelClosedException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = System.nanoTime();
        Arriving first = inbox.peek();
        if (first != null && first.at() - now <= 0) {
          inbox.remove();
          changed.signalAll();
          return first.frame();
        }
        check();
        long left = deadline - now;
        if (left <= 0) {
          return null;
        }
        awaitChange(first == null ? left : Math.min(left, first.at() - now), now);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for news, for so long at most, or until the end comes that is on its way. */
  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void awaitChange(long nanos, long now) throws InterruptedException {
    changed.awaitNanos(reason == null ? nanos : Math.min(nanos, endsAt - now));
  }

  // --- Ending -----------------------------------------------------------------------------------

  private void check() throws ChannelClosedException {
    CloseReason ended = endedBy(System.nanoTime());
    if (ended != null) {
      throw new ChannelClosedException(ended);
    }
  }

  private @Nullable CloseReason endedBy(long now) {
    return endsAt - now <= 0 ? reason : null;
  }

  @Override
  public void close(CloseReason why) {
    lock.lock();
    try {
      if (endedBy(System.nanoTime()) != null) {
        return;
      }
      finish(why);
      peer().finishLater(new CloseReason(CloseReason.Kind.REMOTE, "the peer closed it"));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    connection.network().forget(connection);
  }

  /** Ends it now, unless it has ended; what has not arrived never will. Under the lock. */
  void finish(CloseReason why) {
    long now = System.nanoTime();
    if (endedBy(now) == null) {
      reason = why;
      endsAt = now;
      inbox.removeIf(arriving -> arriving.at() - now > 0);
    }
  }

  /** Ends it behind the last frame that is on its way. Under the lock. */
  private void finishLater(CloseReason why) {
    if (reason == null && !isCutOff()) {
      long now = System.nanoTime();
      long delay = connection.network().delay(this, ++puts);
      newest = Math.max(newest, now + delay);
      reason = why;
      endsAt = newest;
    }
  }

  @Override
  public int maxFrameBytes() {
    return MAX_FRAME_BYTES;
  }

  @Override
  public ChannelBinding binding() {
    return binding;
  }

  @Override
  public String toString() {
    return holding().toString();
  }
}
