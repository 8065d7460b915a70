// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import java.nio.charset.StandardCharsets;
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
  private final int maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Arrived> waiting = new ArrayDeque<>();
  private long bytes;
  private @Nullable CloseReason end;

  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Arrived(byte[] bytes, boolean binary) {}

  Inbox(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Returns false if there is no room; then nothing more is taken in. */
  boolean add(byte[] frame, boolean binary) {
    lock.lock();
    try {
      if (end != null) {
        return true;
      }
      if (bytes + frame.length > maxBytes) {
        return false;
      }
      bytes += frame.length;
      waiting.addLast(new Arrived(frame, binary));
      changed.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Nullable Frame take(Duration patience) throws ChannelClosedException, InterruptedException {
    Arrived arrived = await(patience.toNanos());
    if (arrived == null) {
      return null;
    }
    return arrived.binary()
        ? new Frame.Binary(arrived.bytes())
        : new Frame.Text(new String(arrived.bytes(), StandardCharsets.UTF_8));
  }

  private @Nullable Arrived await(long nanos) throws ChannelClosedException, InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty()) {
        if (end != null) {
          throw new ChannelClosedException(end);
        }
        if (left <= 0) {
          return null;
        }
        left = changed.awaitNanos(left);
      }
      Arrived first = waiting.removeFirst();
      bytes -= first.bytes().length;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /** Lets what is here be taken, and then tells that there is no more. */
  void end(CloseReason reason) {
    lock.lock();
    try {
      end = reason;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
