// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Frames that have arrived and were not yet taken, up to a number of bytes; one frame always has
 * room. It keeps rules C4 to C7 and C9 of {@link org.chroniclesync.api.transport.Channel} for the
 * receiving side. Safe for any thread.
 *
 * <p>Where the technology can hold back the peer, {@link #put} waits for room. Where it cannot,
 * {@link #offer} ends the inbox when there is none: a frame that is missing must not be followed by
 * the next.
 */
@ProviderType
public final class Inbox {
  /** What a frame counts besides its bytes, so that very many empty ones count too. */
  public static final int FRAME_OVERHEAD_BYTES = 64;

  private static final CloseReason OVERFLOW =
      new CloseReason(
          CloseReason.Kind.VIOLATION,
          "the peer sent more than this device could take in; it may try again");

  private final int maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Deque<Arrived> waiting = new ArrayDeque<>();
  private long bytes;
  private int held;
  private @Nullable CloseReason end;

  private record Arrived(Frame frame, long bytes) {}

  /**
   * Makes an empty inbox.
   *
   * @param maxBytes how many bytes may wait, each frame with {@link #FRAME_OVERHEAD_BYTES} more
   */
  public Inbox(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Puts a frame in, and waits until there is room for it. Whoever calls this reads from the peer,
   * and as long as nobody reads, the peer is held back. After the end the frame is dropped.
   *
   * @param frame the frame
   * @param payload how many bytes it took on the wire
   * @throws InterruptedException if the thread was interrupted while waiting; the frame is not in
   */
  public void put(Frame frame, int payload) throws InterruptedException {
    long size = (long) payload + FRAME_OVERHEAD_BYTES;
    lock.lockInterruptibly();
    try {
      held++;
      while (end == null && !hasRoom(size)) {
        room.await();
      }
      add(frame, size);
    } finally {
      held--;
      lock.unlock();
    }
  }

  /**
   * Puts a frame in, or ends the inbox by {@link CloseReason.Kind#VIOLATION} because there is no
   * room. Does not block, so that it can be called on a thread of native code. After the end the
   * frame is dropped.
   *
   * @param frame the frame
   * @param payload how many bytes it took on the wire
   * @return why the channel must be closed now, or null. Returned once: if it is, this call ended
   *     the inbox.
   */
  public @Nullable CloseReason offer(Frame frame, int payload) {
    long size = (long) payload + FRAME_OVERHEAD_BYTES;
    lock.lock();
    try {
      if (end == null && !hasRoom(size)) {
        finish(OVERFLOW);
        return OVERFLOW;
      }
      add(frame, size);
      return null;
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoom(long size) {
    return bytes == 0 || bytes + size <= maxBytes;
  }

  private void add(Frame frame, long size) {
    if (end == null) {
      bytes += size;
      waiting.addLast(new Arrived(frame, size));
      arrived.signal();
    }
  }

  /**
   * Tells whether the peer is held back by {@link #put}, and thus cannot be heard.
   *
   * @return true if a frame waits for room
   */
  public boolean isFull() {
    lock.lock();
    try {
      return held > 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a frame out, as {@link org.chroniclesync.api.transport.Channel#receive} does.
   *
   * @param patience how long to wait at most
   * @return the frame, or null if none came in that time
   * @throws ChannelClosedException if the inbox has ended and no frame is left
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  public @Nullable Frame take(Duration patience)
      throws ChannelClosedException, InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty()) {
        if (end != null) {
          throw new ChannelClosedException(end);
        }
        if (left <= 0) {
          return null;
        }
        left = arrived.awaitNanos(left);
      }
      Arrived first = waiting.removeFirst();
      bytes -= first.bytes();
      room.signalAll();
      return first.frame();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the inbox. What is here can still be taken; what comes now is dropped, and who waits is
   * freed. The first reason stays. Does not block.
   *
   * @param reason why
   */
  public void end(CloseReason reason) {
    lock.lock();
    try {
      if (end == null) {
        finish(reason);
      }
    } finally {
      lock.unlock();
    }
  }

  private void finish(CloseReason reason) {
    end = reason;
    arrived.signalAll();
    room.signalAll();
  }
}
