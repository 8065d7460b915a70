// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import dev.onvoid.webrtc.RTCDataChannel;
import dev.onvoid.webrtc.RTCDataChannelBuffer;
import dev.onvoid.webrtc.RTCDataChannelState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelBinding;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.support.Inbox;
import org.chroniclesync.api.transport.support.WireFrame;
import org.jspecify.annotations.Nullable;

/** A data channel that is open. */
final class WebRtcChannel implements Channel {
  /**
   * How long a sender waits for word of a drained buffer before it looks itself: word may come
   * between its look and its wait.
   */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final RTCDataChannel data;
  private final Fence fence;
  private final Inbox inbox;
  private final int sendBufferBytes;
  private final int maxFrameBytes;
  private final ChannelBinding binding;
  private final Consumer<CloseReason> closer;
  private final AtomicReference<@Nullable CloseReason> end = new AtomicReference<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition drained = lock.newCondition();

  /** Keeps the native object from being freed while a sender is inside it. */
  private final ReentrantReadWriteLock alive = new ReentrantReadWriteLock();

  private boolean freed;

  WebRtcChannel(
      RTCDataChannel data,
      Inbox inbox,
      Fence fence,
      int sendBufferBytes,
      int maxFrameBytes,
      ChannelBinding binding,
      Consumer<CloseReason> closer) {
    this.data = data;
    this.inbox = inbox;
    this.fence = fence;
    this.sendBufferBytes = sendBufferBytes;
    this.maxFrameBytes = maxFrameBytes;
    this.binding = binding;
    this.closer = closer;
  }

  @Override
  public void send(Frame frame) throws ChannelClosedException, InterruptedException {
    WireFrame wire = WireFrame.of(frame, maxFrameBytes);
    awaitBuffered(sendBufferBytes - wire.bytes().length, Long.MAX_VALUE);
    enter();
    try {
      AtomicBoolean sent = new AtomicBoolean();
      ByteBuffer bytes = ByteBuffer.wrap(wire.bytes());
      fence.run(() -> sent.set(sends(new RTCDataChannelBuffer(bytes, wire.binary()))));
      if (!sent.get()) {
        throw lost();
      }
    } finally {
      alive.readLock().unlock();
    }
  }

  private boolean sends(RTCDataChannelBuffer buffer) {
    try {
      data.send(buffer);
    } catch (Exception e) {
      // The buffer has room, so there is only one reason left.
      return false;
    }
    // If it is not open, the frame may have been dropped: webrtc-java 0.14.0 does not tell.
    return data.getState() == RTCDataChannelState.OPEN;
  }

  private ChannelClosedException lost() {
    close(new CloseReason(CloseReason.Kind.LOST, "the connection was lost while sending"));
    return new ChannelClosedException(reason());
  }

  @Override
  public boolean flush(Duration patience) throws InterruptedException {
    try {
      return awaitBuffered(0, patience.toNanos());
    } catch (ChannelClosedException e) {
      return false;
    }
  }

  /** Waits until no more than this is buffered. */
  private boolean awaitBuffered(long mostBytes, long nanos)
      throws ChannelClosedException, InterruptedException {
    long left = nanos;
    while (buffered() > Math.max(0, mostBytes)) {
      if (left <= 0) {
        return false;
      }
      lock.lockInterruptibly();
      try {
        long slice = Math.min(left, LOOK_NANOS);
        left -= slice - Math.max(0, drained.awaitNanos(slice));
      } finally {
        lock.unlock();
      }
    }
    return true;
  }

  private long buffered() throws ChannelClosedException, InterruptedException {
    enter();
    try {
      AtomicLong amount = new AtomicLong();
      if (!fence.run(() -> amount.set(data.getBufferedAmount()))) {
        throw lost();
      }
      return amount.get();
    } finally {
      alive.readLock().unlock();
    }
  }

  private void enter() throws ChannelClosedException, InterruptedException {
    alive.readLock().lockInterruptibly();
    if (freed || end.get() != null) {
      alive.readLock().unlock();
      throw new ChannelClosedException(reason());
    }
  }

  /** Word from libwebrtc, on its own thread, that something was sent. */
  void sent() {
    if (lock.tryLock()) {
      try {
        drained.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public @Nullable Frame receive(Duration patience)
      throws ChannelClosedException, InterruptedException {
    return inbox.take(patience);
  }

  @Override
  public int maxFrameBytes() {
    return maxFrameBytes;
  }

  @Override
  public ChannelBinding binding() {
    return binding;
  }

  @Override
  public void close(CloseReason reason) {
    if (end.compareAndSet(null, reason)) {
      inbox.end(reason);
      sent();
      closer.accept(reason);
    }
  }

  /** Runs what frees the native object, when no sender is inside it any more. */
  void free(Runnable freeing) {
    alive.writeLock().lock();
    try {
      freed = true;
      freeing.run();
    } finally {
      alive.writeLock().unlock();
    }
  }

  private CloseReason reason() {
    CloseReason reason = end.get();
    return reason == null
        ? new CloseReason(CloseReason.Kind.LOST, "the connection was lost")
        : reason;
  }
}
