// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelBinding;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.jspecify.annotations.Nullable;

/** One end of a connection inside a process. */
final class MemoryChannel implements Channel {
  private static final int MAX_FRAME_BYTES = 65_536;
  private static final int MAX_WAITING_BYTES = 1 << 20;

  /** As many as have room. */
  static final int ANY_NUMBER = Integer.MAX_VALUE;

  private final Flaw flaw;
  private final int maxFrameBytes;
  private final int maxFrames;
  private final ChannelBinding binding;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Frame> waiting = new ArrayDeque<>();
  private long bytes;
  private int arrived;
  private int senders;

  /** Frames in the hands of senders that wait for room. */
  private int held;

  private boolean skipped;
  private @Nullable CloseReason end;
  private MemoryChannel peer = this;

  private MemoryChannel(Flaw flaw, int maxFrameBytes, int maxFrames, ChannelBinding binding) {
    this.flaw = flaw;
    this.maxFrames = maxFrames;
    this.maxFrameBytes = maxFrameBytes;
    this.binding = binding;
  }

  /**
   * Makes both ends.
   *
   * @param maxFrames how many frames may wait in each direction, besides the bound of their bytes
   */
  static MemoryChannel[] pair(Flaw flaw, int maxFrames, String by) {
    int most = flaw == Flaw.STATES_TOO_MUCH ? 2 * MAX_FRAME_BYTES : MAX_FRAME_BYTES;
    int other = flaw == Flaw.ENDS_DISAGREE_ON_LENGTH ? most / 2 : most;
    String value = flaw == Flaw.BINDS_ALL_ALIKE ? "always the same one" : UUID.randomUUID() + by;
    String unlike = flaw == Flaw.BINDINGS_DIFFER ? UUID.randomUUID() + by : value;
    MemoryChannel one = new MemoryChannel(flaw, most, maxFrames, binding(value));
    MemoryChannel two = new MemoryChannel(flaw, other, maxFrames, binding(unlike));
    one.peer = two;
    two.peer = one;
    return new MemoryChannel[] {one, two};
  }

  private static ChannelBinding binding(String value) {
    return new ChannelBinding(value.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void send(Frame frame) throws ChannelClosedException, InterruptedException {
    int size = size(frame);
    if (size > maxFrameBytes) {
      if (flaw == Flaw.ENDS_ON_A_LONG_FRAME) {
        close();
      }
      throw new IllegalArgumentException("a frame of " + size + " bytes");
    }
    lock.lockInterruptibly();
    try {
      if (end != null && flaw != Flaw.SENDS_AFTER_THE_END) {
        throw new ChannelClosedException(end);
      }
    } finally {
      lock.unlock();
    }
    peer.put(frame, size);
  }

  private int size(Frame frame) {
    if (frame instanceof Frame.Text text) {
      return flaw == Flaw.COUNTS_CHARACTERS
          ? text.text().length()
          : text.text().getBytes(StandardCharsets.UTF_8).length;
    }
    return ((Frame.Binary) frame).bytes().length;
  }

  private void put(Frame frame, int size) throws ChannelClosedException, InterruptedException {
    lock.lockInterruptibly();
    held++;
    try {
      while (isFull(size)) {
        if (flaw == Flaw.SKIPS_ONE_WHEN_FULL && !skipped) {
          skipped = true;
          return;
        }
        changed.await();
      }
      CloseReason ended = peer.end;
      if (end != null && flaw != Flaw.SENDS_AFTER_THE_END) {
        throw new ChannelClosedException(ended == null ? end : ended);
      }
      senders++;
      keep(frame, size);
      changed.signalAll();
      while (flaw == Flaw.HAS_NO_BUFFER && !waiting.isEmpty() && end == null) {
        changed.await();
      }
    } finally {
      held--;
      changed.signalAll();
      lock.unlock();
    }
  }

  private boolean isFull(int size) {
    boolean freed = flaw != Flaw.FORGETS_OWN_WAITERS && flaw != Flaw.FORGETS_THE_PEERS_WAITERS;
    boolean over = freed ? end != null : end != null && bytes == 0;
    return !over
        && (bytes + size > MAX_WAITING_BYTES || waiting.size() >= maxFrames)
        && flaw != Flaw.TAKES_ANY_NUMBER
        && flaw != Flaw.DROPS_WHAT_IS_TOO_MUCH;
  }

  private void keep(Frame frame, int size) {
    arrived++;
    boolean tenth = arrived % 10 == 0;
    if ((flaw == Flaw.LOSES_A_FRAME && tenth)
        || (flaw == Flaw.STATES_TOO_MUCH && size > MAX_FRAME_BYTES)
        || (flaw == Flaw.DROPS_WHAT_IS_TOO_MUCH && bytes + size > MAX_WAITING_BYTES)) {
      return;
    }
    bytes += size;
    Frame kept = spoiled(frame);
    boolean swaps = flaw == Flaw.SWAPS_FRAMES || (flaw == Flaw.MIXES_SENDERS_UP && senders > 1);
    if (swaps && tenth) {
      waiting.addFirst(kept);
    } else {
      waiting.addLast(kept);
    }
    if (flaw == Flaw.DOUBLES_A_FRAME && tenth) {
      waiting.addLast(kept);
    }
  }

  private Frame spoiled(Frame frame) {
    if (flaw == Flaw.CUTS_FRAMES && frame instanceof Frame.Binary binary) {
      return new Frame.Binary(Arrays.copyOf(binary.bytes(), binary.bytes().length / 2));
    }
    if (flaw == Flaw.MAKES_TEXT_OF_ALL && frame instanceof Frame.Binary binary) {
      return new Frame.Text(new String(binary.bytes(), StandardCharsets.UTF_8));
    }
    return frame;
  }

  @Override
  public boolean flush(Duration patience) throws InterruptedException {
    if (flaw == Flaw.FLUSHES_WHAT_WAITS) {
      return true;
    }
    // What waits for the receiver has left; what a sender still holds has not.
    long left = patience.toNanos();
    peer.lock.lockInterruptibly();
    try {
      while (peer.held > 0 && left > 0) {
        left = peer.changed.awaitNanos(left);
      }
      return peer.held == 0;
    } finally {
      peer.lock.unlock();
    }
  }

  @Override
  public @Nullable Frame receive(Duration patience)
      throws ChannelClosedException, InterruptedException {
    long left = patience.toNanos();
    if (flaw == Flaw.CANNOT_BE_INTERRUPTED) {
      lock.lock();
    } else {
      lock.lockInterruptibly();
    }
    try {
      while (waiting.isEmpty() || (flaw == Flaw.DROPS_LAST_WORDS && end != null)) {
        if (end != null) {
          throw new ChannelClosedException(end);
        }
        if (left <= 0 && flaw != Flaw.HAS_NO_PATIENCE) {
          return null;
        }
        left = await(left);
      }
      Frame first = waiting.removeFirst();
      bytes = Math.max(0, bytes - size(first));
      changed.signalAll();
      return first;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops
  private long await(long nanos) throws InterruptedException {
    if (flaw == Flaw.HAS_NO_PATIENCE) {
      changed.await();
      return 0;
    }
    try {
      return changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      if (flaw == Flaw.CANNOT_BE_INTERRUPTED) {
        return nanos;
      }
      throw e;
    }
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
    end(reason);
    if (flaw != Flaw.FORGETS_THE_PEERS_WAITERS) {
      peer.end(
          flaw == Flaw.TELLS_THE_PEER_THE_REASON
              ? reason
              : new CloseReason(CloseReason.Kind.REMOTE, "the peer closed it"));
    }
  }

  void end(CloseReason reason) {
    lock.lock();
    try {
      if (end == null || flaw == Flaw.TAKES_THE_LAST_REASON) {
        end = reason;
      }
      if (flaw != Flaw.FORGETS_OWN_WAITERS) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
