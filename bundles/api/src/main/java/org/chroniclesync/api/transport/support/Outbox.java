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
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Frames that wait to be written, up to a number of bytes; one frame always has room. It keeps
 * rules C3 to C5, C8 and C9 of {@link org.chroniclesync.api.transport.Channel} for the sending side
 * of a technology that writes to a socket or a stream. Safe for any thread: any number put in, and
 * one, the writer, takes out.
 */
@ProviderType
public final class Outbox {
  private final int maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  private final Condition work = lock.newCondition();
  private final Deque<WireFrame> waiting = new ArrayDeque<>();

  /** Of the frames that wait and of the one that is being written. */
  private long bytes;

  private int unwritten;
  private boolean woken;
  private @Nullable CloseReason end;

  /**
   * Makes an empty outbox.
   *
   * @param maxBytes how many bytes may wait or be in writing
   */
  public Outbox(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * Puts a frame in, and waits until there is room for it.
   *
   * @param frame the frame
   * @throws ChannelClosedException if the outbox has ended, also while waiting
   * @throws InterruptedException if the thread was interrupted while waiting; the frame is not in
   */
  public void put(WireFrame frame) throws ChannelClosedException, InterruptedException {
    lock.lockInterruptibly();
    try {
      while (end == null && bytes > 0 && bytes + frame.bytes().length > maxBytes) {
        room.await();
      }
      if (end != null) {
        throw new ChannelClosedException(end);
      }
      bytes += frame.bytes().length;
      unwritten++;
      waiting.addLast(frame);
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for something to do. For the writer.
   *
   * @return a frame to be written, whose end is told by {@link #written}; or null if there is none:
   *     the writer was woken by {@link #wake}, or the outbox has ended
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  public @Nullable WireFrame take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (end == null && waiting.isEmpty() && !woken) {
        work.await();
      }
      woken = false;
      return waiting.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells that a frame has left. For the writer.
   *
   * @param frame what {@link #take} returned last
   */
  public void written(WireFrame frame) {
    lock.lock();
    try {
      bytes -= frame.bytes().length;
      unwritten--;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Has {@link #take} return, since the writer has something else to write. Does not block. */
  public void wake() {
    lock.lock();
    try {
      woken = true;
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all that was put in has left, as {@link
   * org.chroniclesync.api.transport.Channel#flush} does.
   *
   * @param patience how long to wait at most
   * @return true if nothing is left here; false after an end that left something
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  public boolean flush(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (end == null && unwritten > 0) {
        if (left <= 0) {
          return false;
        }
        left = room.awaitNanos(left);
      }
      return unwritten == 0;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends the outbox. What waits is dropped, and who waits is freed. The first reason stays. Does
   * not block.
   *
   * @param reason why
   */
  public void end(CloseReason reason) {
    lock.lock();
    try {
      if (end == null) {
        end = reason;
        waiting.clear();
        room.signalAll();
        work.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells whether the outbox has ended.
   *
   * @return true after {@link #end}
   */
  public boolean isEnded() {
    lock.lock();
    try {
      return end != null;
    } finally {
      lock.unlock();
    }
  }
}
