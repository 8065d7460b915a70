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
import org.jspecify.annotations.Nullable;

/** Frames that wait to be written, up to a number of bytes. For any thread. */
final class Outbox {
  private final int maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition work = lock.newCondition();
  private final Deque<Message> waiting = new ArrayDeque<>();

  /** Of the frames that wait and of the one that is being written. */
  private long bytes;

  private boolean pingDue;
  private boolean nudged;
  private @Nullable CloseReason end;

  /**
   * What the writer does next.
   *
   * @param message to be written, or null
   * @param ping whether a ping is due
   * @param end whether it is the last thing to do
   */
  record Task(@Nullable Message message, boolean ping, boolean end) {}

  /** A frame as it is written. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Message(byte[] bytes, boolean binary) {}

  Outbox(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Waits for room, which a single frame always has. */
  void put(Message message) throws ChannelClosedException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (end == null && bytes > 0 && bytes + message.bytes().length > maxBytes) {
        room.await();
      }
      if (end != null) {
        throw new ChannelClosedException(end);
      }
      bytes += message.bytes().length;
      waiting.addLast(message);
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for something to do. */
  Task take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (end == null && waiting.isEmpty() && !pingDue && !nudged) {
        work.await();
      }
      boolean ping = pingDue;
      pingDue = false;
      nudged = false;
      return new Task(end == null ? waiting.pollFirst() : null, ping, end != null);
    } finally {
      lock.unlock();
    }
  }

  void written(Message message) {
    lock.lock();
    try {
      bytes -= message.bytes().length;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets the writer send a ping. */
  void ping() {
    wake(true);
  }

  /** Lets the writer look for something else to write. */
  void nudge() {
    wake(false);
  }

  private void wake(boolean ping) {
    lock.lock();
    try {
      pingDue |= ping;
      nudged = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  boolean awaitEmpty(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (end == null && bytes > 0) {
        if (left <= 0) {
          return false;
        }
        left = room.awaitNanos(left);
      }
      return bytes == 0;
    } finally {
      lock.unlock();
    }
  }

  void end(CloseReason reason) {
    lock.lock();
    try {
      end = reason;
      waiting.clear();
      room.signalAll();
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
