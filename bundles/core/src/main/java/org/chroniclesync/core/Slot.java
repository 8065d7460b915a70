// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/**
 * Holds the services of a kind, best ranked first, and lends one of them. Whoever took a lease
 * works to its end with the service it got; a service that leaves waits for its leases. Safe for
 * any thread; no lock is held while a service is called.
 */
final class Slot<T> {
  /** Brings what one service holds to the one that follows it, while neither is lent. */
  interface Handover<T> {
    /** Returns false if the follower is not fit to follow. */
    boolean bring(T from, T to);
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Holder<T>> holders = new ArrayList<>();
  private @Nullable Holder<T> lent;

  /** True while one service follows another: nothing is lent meanwhile. */
  private boolean handingOver;

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
    private final ServiceReference<?> reference;
    private final T service;
    private final long epoch;
    private int leases;

    Holder(ServiceReference<?> reference, T service, long epoch) {
      this.reference = reference;
      this.service = service;
      this.epoch = epoch;
    }
  }

  /** Adds a service. It is lent if there is no other; else {@link #lendBest} or a handover says. */
  void add(ServiceReference<?> reference, T service) {
    lock.lock();
    try {
      int at = 0;
      while (at < holders.size() && holders.get(at).reference.compareTo(reference) > 0) {
        at++;
      }
      holders.add(at, new Holder<>(reference, service, ++epochs));
      if (lent == null && !handingOver) {
        lent = holders.get(0);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lends the best service from now on, for those that hold nothing. */
  void lendBest() {
    lock.lock();
    try {
      if (!handingOver) {
        lent = holders.isEmpty() ? null : holders.get(0);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Removes a service that holds nothing, so that there is nothing to hand over. */
  boolean remove(ServiceReference<?> reference, Duration patience) {
    return remove(reference, patience, (from, to) -> true);
  }

  /**
   * Lends a service no more, waits for its leases, and lets the best of the others follow.
   *
   * @return false if some leases were not given back in time
   */
  boolean remove(ServiceReference<?> reference, Duration patience, Handover<T> handover) {
    Holder<T> leaving;
    Lease<T> follower = null;
    boolean drained;
    lock.lock();
    try {
      leaving = take(reference);
      if (leaving == null) {
        return true;
      }
      boolean wasLent = leaving == lent;
      if (wasLent) {
        lent = null;
        handingOver = true;
      }
      drained = drain(leaving, patience.toNanos());
      if (!wasLent) {
        return drained;
      }
      follower = holders.isEmpty() ? null : lend(holders.get(0));
    } finally {
      lock.unlock();
    }
    try {
      if (follower != null) {
        // Fit or not, there is no other.
        handover.bring(leaving.service, follower.service());
      }
    } finally {
      settle(null);
      if (follower != null) {
        follower.close();
      }
    }
    return drained;
  }

  /**
   * Lets the best service follow the one that is lent, if it is another. While it happens nothing
   * is lent.
   *
   * @return false if that could not be done now
   */
  boolean promote(Duration patience, Handover<T> handover) {
    Lease<T> from;
    Lease<T> to;
    lock.lock();
    try {
      Holder<T> before = lent;
      if (before == null || handingOver || before == holders.get(0)) {
        return true;
      }
      lent = null;
      handingOver = true;
      if (!drain(before, patience.toNanos())) {
        lent = before;
        handingOver = false;
        changed.signalAll();
        return false;
      }
      from = lend(before);
      to = lend(holders.get(0));
    } finally {
      lock.unlock();
    }
    boolean fit = false;
    try (from;
        to) {
      fit = handover.bring(from.service(), to.service());
      return fit;
    } finally {
      settle(fit ? to.holder : from.holder);
    }
  }

  /** Ends a handover: lends the one that is wanted if it is still here, else the best. */
  private void settle(@Nullable Holder<T> wanted) {
    lock.lock();
    try {
      handingOver = false;
      lent = holders.isEmpty() ? null : holders.get(0);
      if (wanted != null && holders.contains(wanted)) {
        lent = wanted;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lends the service, waiting for one. */
  Lease<T> lease() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Holder<T> holder = lent;
      while (holder == null) {
        changed.await();
        holder = lent;
      }
      return lend(holder);
    } finally {
      lock.unlock();
    }
  }

  /** Lends the service, waiting for one for a while; null if none came. */
  @Nullable Lease<T> lease(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (lent == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return lent == null ? null : lend(lent);
    } finally {
      lock.unlock();
    }
  }

  /** Lends the service, or nothing if there is none now. */
  @Nullable Lease<T> leaseNow() {
    lock.lock();
    try {
      return lent == null ? null : lend(lent);
    } finally {
      lock.unlock();
    }
  }

  /** Tells whether there is a service beside the one that is lent. */
  boolean hasStandbys() {
    lock.lock();
    try {
      return holders.size() > 1;
    } finally {
      lock.unlock();
    }
  }

  /** Lends those that stand by, best first. */
  List<Lease<T>> standbys() {
    lock.lock();
    try {
      List<Lease<T>> leases = new ArrayList<>();
      for (Holder<T> holder : holders) {
        if (holder != lent && !handingOver) {
          leases.add(lend(holder));
        }
      }
      return leases;
    } finally {
      lock.unlock();
    }
  }

  /** Waits while the service of this epoch is the one that is lent. */
  void awaitOther(long epoch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (lent == null || lent.epoch == epoch) {
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
      return lent == null ? 0 : lent.epoch;
    } finally {
      lock.unlock();
    }
  }

  private Lease<T> lend(Holder<T> holder) {
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

  private @Nullable Holder<T> take(ServiceReference<?> reference) {
    for (Holder<T> holder : holders) {
      if (holder.reference.equals(reference)) {
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
