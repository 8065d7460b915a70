// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.jspecify.annotations.Nullable;

/** Frames that have arrived and were not yet taken, up to a number of bytes. For any thread. */
final class Inbox {
  /** What a frame takes besides its bytes, so that very many empty ones count too. */
  private static final int FRAME_BYTES = 64;

  private final int maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Deque<Arrived> waiting = new ArrayDeque<>();
  private long bytes;
  private boolean full;
  private @Nullable CloseReason end;

  private record Arrived(Frame frame, int bytes) {}

  Inbox(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Waits until there is room: as long as nobody reads the socket, TCP holds back the peer. After
   * the end the frame is dropped.
   */
  void put(Frame frame, int payload) throws InterruptedException {
    int size = payload + FRAME_BYTES;
    lock.lockInterruptibly();
    try {
      while (end == null && bytes > 0 && bytes + size > maxBytes) {
        full = true;
        room.await();
      }
      if (end == null) {
        bytes += size;
        waiting.addLast(new Arrived(frame, size));
        arrived.signal();
      }
    } finally {
      full = false;
      lock.unlock();
    }
  }

  /** Tells whether the peer is held back. */
  boolean isFull() {
    lock.lock();
    try {
      return full;
    } finally {
      lock.unlock();
    }
  }

  @Nullable Frame take(Duration patience) throws ChannelClosedException, InterruptedException {
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
      room.signal();
      return first.frame();
    } finally {
      lock.unlock();
    }
  }

  /** Lets what is here be taken, and then tells that there is no more. */
  void end(CloseReason reason) {
    lock.lock();
    try {
      end = reason;
      arrived.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
