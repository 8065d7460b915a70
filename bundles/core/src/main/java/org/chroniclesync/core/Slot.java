// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Holds the one service of a kind that is in use, and lends it. Whoever took a lease works to its
 * end with the service it got; a service that leaves waits for its leases.
 *
 * <p>SCR binds a replacement before it unbinds what it replaces, so several holders may be here for
 * a moment; the newest is lent.
 */
final class Slot<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Holder<T>> holders = new ArrayDeque<>();
  private long epochs;

  /** A service on loan. */
  static final class Lease<T> implements AutoCloseable {
    private final Slot<T> slot;
    private final Holder<T> holder;
    private boolean closed;

    private Lease(Slot<T> slot, Holder<T> holder) {
      this.slot = slot;
      this.holder = holder;
    }

    T service() {
      return holder.service;
    }

    /** Differs from lease to lease exactly when the service does. */
    long epoch() {
      return holder.epoch;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        slot.release(holder);
      }
    }
  }

  private static final class Holder<T> {
    private final T service;
    private final long epoch;
    private int leases;

    Holder(T service, long epoch) {
      this.service = service;
      this.epoch = epoch;
    }
  }

  /** Makes the service the one that is lent from now on. */
  void bind(T service) {
    lock.lock();
    try {
      holders.addLast(new Holder<>(service, ++epochs));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lends the service no more and waits for its leases.
   *
   * @return false if some were not given back in time
   */
  boolean unbind(T service, Duration patience) {
    lock.lock();
    try {
      Holder<T> leaving = remove(service);
      changed.signalAll();
      return leaving == null || drain(leaving, patience.toNanos());
    } finally {
      lock.unlock();
    }
  }

  /** Lends the service, waiting for one. */
  Lease<T> lease() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (holders.isEmpty()) {
        changed.await();
      }
      return lend();
    } finally {
      lock.unlock();
    }
  }

  /** Waits while the service of this epoch is the one that is lent. */
  void awaitOther(long epoch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (holders.isEmpty() || holders.getLast().epoch == epoch) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the epoch of the service that is lent now, or 0 if there is none. */
  long epochNow() {
    lock.lock();
    try {
      return holders.isEmpty() ? 0 : holders.getLast().epoch;
    } finally {
      lock.unlock();
    }
  }

  /** Lends the service, or nothing if there is none now. */
  @Nullable Lease<T> leaseNow() {
    lock.lock();
    try {
      return holders.isEmpty() ? null : lend();
    } finally {
      lock.unlock();
    }
  }

  private Lease<T> lend() {
    Holder<T> holder = holders.getLast();
    holder.leases++;
    return new Lease<>(this, holder);
  }

  private void release(Holder<T> holder) {
    lock.lock();
    try {
      holder.leases--;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Holder<T> remove(T service) {
    for (Holder<T> holder : holders) {
      if (holder.service == service) {
        holders.remove(holder);
        return holder;
      }
    }
    return null;
  }

  private boolean drain(Holder<T> holder, long nanos) {
    long left = nanos;
    while (holder.leases > 0 && left > 0) {
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return holder.leases == 0;
  }
}
