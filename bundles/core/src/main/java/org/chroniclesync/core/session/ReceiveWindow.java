// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How much the peer may send before we have handled it; the specification's section 6, "Credit".
 * One thread receives, another handles.
 *
 * <p>Who is far away gets more: on a long way, the first window is on its way for so long that the
 * peer has nothing left to send when we have handled it. That shows when what a credit allows comes
 * about a round trip after the credit has left, so that the peer has waited for it. On a slow way,
 * the peer still sends what it was allowed before, and no more room would make it faster.
 */
final class ReceiveWindow implements AutoCloseable {
  /** How many times the first window a peer is let have at most. */
  static final int MOST_TIMES = 8;

  /** Who was let have more than that from the start, gets no more. */
  static final long MOST_BYTES = 8 << 20;

  /**
   * The longest round trip that is believed. An echo that waits behind much on a slow way is later
   * still, and a longer queue is no help there.
   */
  static final Duration LONGEST_WAY = Duration.ofMillis(500);

  private final long most;
  private final WindowReserve reserve;
  private final Supplier<@Nullable Duration> way;
  private final LongSupplier nanos;
  private final LongConsumer grant;
  private long window;
  private long borrowed;
  private boolean closed;
  private long received;
  private long handled;
  private long granted;

  /** What was granted before the credit that is watched, or -1 if none is. */
  private long watchedFrom = -1;

  private long watchedSince;

  /** The peer has waited for the next credit anyway, which the larger window is in. */
  private boolean grown;

  /**
   * Makes the window of a session.
   *
   * @param window its size at first, in bytes
   * @param reserve what more is taken from
   * @param way how long a round trip takes, or null while that is not known
   * @param grant tells the peer the total that it may send; called without a lock
   */
  ReceiveWindow(
      long window,
      WindowReserve reserve,
      Supplier<@Nullable Duration> way,
      LongSupplier nanos,
      LongConsumer grant) {
    this.window = window;
    this.most = Math.max(window, Math.min(MOST_TIMES * window, MOST_BYTES));
    this.reserve = reserve;
    this.way = way;
    this.nanos = nanos;
    this.grant = grant;
    this.granted = window;
  }

  /** Returns false if the peer had no credit left when it began the message. */
  synchronized boolean received(int bytes) {
    boolean allowed = received < granted;
    if (watchedFrom >= 0 && received >= watchedFrom) {
      watchedFrom = -1;
      if (hasWaited()) {
        grow();
      }
    }
    received += bytes;
    return allowed;
  }

  private boolean hasWaited() {
    Duration roundTrip = way.get();
    if (roundTrip == null || received - handled > window / 2) {
      return false;
    }
    long longest = Math.min(roundTrip.toNanos(), LONGEST_WAY.toNanos());
    return nanos.getAsLong() - watchedSince <= 2 * longest;
  }

  private void grow() {
    long more = Math.min(window, most - window);
    if (more > 0 && !closed && reserve.take(more)) {
      borrowed += more;
      window += more;
      grown = true;
    }
  }

  /** Lets the peer send as much again, in a few large steps. */
  void handled(int bytes) {
    long credit;
    synchronized (this) {
      handled += bytes;
      credit = handled + window;
      if (credit - granted < window / 4) {
        return;
      }
      if (watchedFrom < 0 && !grown) {
        watchedFrom = granted;
        watchedSince = nanos.getAsLong();
      }
      grown = false;
      granted = credit;
    }
    grant.accept(credit);
  }

  /** Gives back what it took from the reserve. */
  @Override
  public synchronized void close() {
    closed = true;
    reserve.giveBack(borrowed);
    borrowed = 0;
  }
}
