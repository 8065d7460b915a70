// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/**
 * Holds the services of a kind, best ranked first, and lends one of them. Whoever took a lease
 * works to its end with the service it got; a service that leaves waits for its leases. Safe for
 * any thread; no lock is held while a service is called.
 *
 * <p>It is in one phase at a time:
 *
 * <pre>
 *   Vacant ──add──▶ Lent ──remove, promote──▶ HandingOver ──settle──▶ Lent or Vacant
 *      └───────────────┴──────close──────▶ Closed ◀──────────┘
 * </pre>
 *
 * While it hands over nothing is lent. Who follows is chosen anew after each wait, because others
 * come and go meanwhile.
 */
public final class LeasedService<T> implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Holder<T>> holders = new ArrayList<>();
  private Phase<T> phase = new Phase.Vacant<>(System.nanoTime());
  private long epochs;

  /** Brings what one service holds to the one that follows it, while neither is lent. */
  @FunctionalInterface
  public interface Handover<T> {
    /** Returns false if the follower is not fit to follow. */
    boolean bring(T from, T to);
  }

  /** Nothing can be lent any more. */
  public static final class ClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    ClosedException() {
      super("the node has stopped");
    }
  }

  private sealed interface Phase<T> {
    /** There is no service, since a moment of {@link System#nanoTime}. */
    record Vacant<T>(long since) implements Phase<T> {}

    /** One is lent. */
    record Lent<T>(Holder<T> holder) implements Phase<T> {}

    /** One service follows another. */
    record HandingOver<T>() implements Phase<T> {}

    /** For ever. */
    record Closed<T>() implements Phase<T> {}
  }

  /** A service on loan. */
  public static final class Lease<T> implements AutoCloseable {
    private final LeasedService<T> owner;
    private final Holder<T> holder;
    private final boolean aside;
    private boolean closed;

    private Lease(LeasedService<T> owner, Holder<T> holder, boolean aside) {
      this.owner = owner;
      this.holder = holder;
      this.aside = aside;
    }

    /** Returns the service. */
    public T service() {
      return holder.service;
    }

    /** Differs from lease to lease exactly when the service does. */
    public long epoch() {
      return holder.epoch;
    }

    /** Gives it back. Giving back twice is allowed. */
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        owner.release(this);
      }
    }
  }

  private static final class Holder<T> {
    private final ServiceReference<?> reference;
    private final Rank rank;
    private final T service;
    private final long epoch;
    private int leases;

    /** Leases for which no other service waits, but its leaving does. */
    private int asides;

    private boolean passedOver;

    Holder(ServiceReference<?> reference, T service, long epoch) {
      this.reference = reference;
      this.rank = Rank.of(reference);
      this.service = service;
      this.epoch = epoch;
    }
  }

  /** Adds a service. It is lent if there is no other; else {@link #lendBest} or a handover says. */
  public void add(ServiceReference<?> reference, T service) {
    lock.lock();
    try {
      Holder<T> added = new Holder<>(reference, service, ++epochs);
      int at = 0;
      while (at < holders.size() && holders.get(at).rank.compareTo(added.rank) > 0) {
        at++;
      }
      holders.add(at, added);
      if (phase instanceof Phase.Vacant) {
        settle(null);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lends the best service from now on, for those that hold nothing. */
  public void lendBest() {
    lock.lock();
    try {
      if (phase instanceof Phase.Lent) {
        settle(null);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Removes a service that holds nothing, so that there is nothing to hand over. */
  public boolean remove(ServiceReference<?> reference, Duration patience) {
    return remove(reference, patience, (from, to) -> true);
  }

  /**
   * Lends a service no more, waits for its leases, and lets the best of the others follow.
   *
   * @return false if some leases were not given back in time
   */
  public boolean remove(ServiceReference<?> reference, Duration patience, Handover<T> handover) {
    lock.lock();
    try {
      // What is being brought to it, or from it, should not be half of it.
      long left = awaitNanos(patience.toNanos(), () -> !(phase instanceof Phase.HandingOver));
      Holder<T> leaving = take(reference);
      if (leaving == null) {
        return true;
      }
      boolean wasLent = isLent(leaving);
      if (wasLent) {
        phase = new Phase.HandingOver<>();
      }
      boolean drained = drain(left, () -> leaving.leases + leaving.asides == 0);
      if (wasLent) {
        bequeath(leaving, handover);
      }
      return drained;
    } finally {
      lock.unlock();
    }
  }

  /**
   * To the best one that stays. If it leaves, too, while it takes over, the next one gets it all.
   */
  private void bequeath(Holder<T> leaving, Handover<T> handover) {
    try {
      Holder<T> follower = best(holder -> true);
      boolean brought = false;
      while (follower != null && !brought) {
        Holder<T> to = follower;
        brought = unlocked(to, () -> handover.bring(leaving.service, to.service));
        follower = holders.contains(to) ? null : best(holder -> true);
      }
    } finally {
      settle(null);
    }
  }

  /**
   * Lets a better service follow the one that is lent, if there is one. While it happens nothing is
   * lent.
   *
   * @param ready tells which services may follow
   * @return false if one could not follow now
   */
  public boolean promote(Predicate<T> ready, Duration patience, Handover<T> handover) {
    lock.lock();
    try {
      if (!(phase instanceof Phase.Lent<T> lent) || best(ready, lent.holder()) == lent.holder()) {
        return true;
      }
      Holder<T> from = lent.holder();
      phase = new Phase.HandingOver<>();
      Holder<T> next = from;
      try {
        if (!drain(patience.toNanos(), () -> from.leases == 0)) {
          return false;
        }
        Holder<T> to = best(ready, from);
        if (to == from || to == null) {
          return true;
        }
        from.leases++;
        boolean fit;
        try {
          fit = unlocked(to, () -> handover.bring(from.service, to.service));
        } finally {
          from.leases--;
        }
        next = fit ? to : from;
        return fit;
      } finally {
        settle(next);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Calls out without the lock, with a lease of the one that follows. */
  private boolean unlocked(Holder<T> to, BooleanSupplier call) {
    to.leases++;
    lock.unlock();
    try {
      return call.getAsBoolean();
    } finally {
      lock.lock();
      to.leases--;
      changed.signalAll();
    }
  }

  /** Returns the best that is ready, or the one that is there already; null if neither is here. */
  private @Nullable Holder<T> best(Predicate<T> ready, Holder<T> present) {
    return best(holder -> holder == present || ready.test(holder.service));
  }

  private @Nullable Holder<T> best(Predicate<Holder<T>> fit) {
    Holder<T> last = null;
    for (Holder<T> holder : holders) {
      if (fit.test(holder)) {
        if (!holder.passedOver) {
          return holder;
        }
        last = last == null ? holder : last;
      }
    }
    return last;
  }

  /** Lends the one that is wanted if it is here and sound, else the best. */
  private void settle(@Nullable Holder<T> wanted) {
    if (phase instanceof Phase.Closed) {
      return;
    }
    Holder<T> next =
        wanted != null && !wanted.passedOver && holders.contains(wanted)
            ? wanted
            : best(holder -> true);
    phase = next == null ? new Phase.Vacant<>(System.nanoTime()) : new Phase.Lent<>(next);
    changed.signalAll();
  }

  /**
   * Lends another service instead of one that fails, if there is a sound one that is fit. The one
   * that fails stays, and may follow again once {@link #restore} says so.
   *
   * @return false if there is no other
   */
  public boolean passOver(long epoch, Predicate<T> fit) {
    lock.lock();
    try {
      Holder<T> failing = holder(epoch);
      Holder<T> other =
          best(holder -> holder != failing && !holder.passedOver && fit.test(holder.service));
      if (failing == null || other == null) {
        return failing == null && other != null;
      }
      failing.passedOver = true;
      if (isLent(failing)) {
        settle(other);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes a service that was passed over for sound again. */
  public void restore(long epoch) {
    lock.lock();
    try {
      Holder<T> sound = holder(epoch);
      if (sound != null) {
        sound.passedOver = false;
      }
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Holder<T> holder(long epoch) {
    return holders.stream().filter(holder -> holder.epoch == epoch).findFirst().orElse(null);
  }

  /**
   * Lends the service, waiting for one.
   *
   * @throws ClosedException if nothing is lent any more
   */
  public Lease<T> lease() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!(phase instanceof Phase.Lent)) {
        checkOpen();
        changed.await();
      }
      return lend(((Phase.Lent<T>) phase).holder());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lends the service. Where the last one has left, another is waited for, but no longer than that
   * long after it left: whoever asks later is told at once that there is none.
   */
  public @Nullable Lease<T> lease(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (!(phase instanceof Phase.Lent) && left > 0) {
        if (phase instanceof Phase.Closed) {
          return null;
        }
        if (phase instanceof Phase.Vacant<T> vacant) {
          left = Math.min(left, vacant.since() + patience.toNanos() - System.nanoTime());
        }
        left = left <= 0 ? 0 : changed.awaitNanos(left);
      }
      return phase instanceof Phase.Lent<T> lent ? lend(lent.holder()) : null;
    } finally {
      lock.unlock();
    }
  }

  /** Lends the service, or nothing if there is none now. */
  public @Nullable Lease<T> leaseNow() {
    lock.lock();
    try {
      return phase instanceof Phase.Lent<T> lent ? lend(lent.holder()) : null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lends the service that is lent to others, or nothing if there is none now. Another one may
   * follow it all the same; only its leaving waits for this lease.
   */
  public @Nullable Lease<T> leaseAside() {
    lock.lock();
    try {
      return phase instanceof Phase.Lent<T> lent ? lendAside(lent.holder()) : null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lends a certain service, used or not, or nothing if it has left. Another one may follow it all
   * the same; only its leaving waits for this lease.
   */
  public @Nullable Lease<T> leaseAside(T service) {
    lock.lock();
    try {
      for (Holder<T> holder : holders) {
        if (holder.service == service && !(phase instanceof Phase.Closed)) {
          return lendAside(holder);
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Tells whether there is a service beside the one that is lent. */
  public boolean hasStandbys() {
    lock.lock();
    try {
      return holders.size() > 1;
    } finally {
      lock.unlock();
    }
  }

  /** Lends those that stand by, best first. None while one follows another. */
  public List<Lease<T>> standbys() {
    lock.lock();
    try {
      List<Lease<T>> leases = new ArrayList<>();
      if (phase instanceof Phase.Lent<T> lent) {
        for (Holder<T> holder : holders) {
          if (holder != lent.holder()) {
            leases.add(lendAside(holder));
          }
        }
      }
      return leases;
    } finally {
      lock.unlock();
    }
  }

  /** Returns all services, the one that is lent first, then the best. They are not on loan. */
  public List<T> all() {
    lock.lock();
    try {
      List<T> all = new ArrayList<>();
      holders.forEach(holder -> all.add(isLent(holder) ? 0 : all.size(), holder.service));
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Waits while the service of this epoch is the one that is lent, or none is. */
  public void awaitOther(long epoch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!(phase instanceof Phase.Lent<T> lent) || lent.holder().epoch == epoch) {
        checkOpen();
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the epoch of the service that is lent now, or 0 if there is none. */
  public long epochNow() {
    lock.lock();
    try {
      return phase instanceof Phase.Lent<T> lent ? lent.holder().epoch : 0;
    } finally {
      lock.unlock();
    }
  }

  /** Lends nothing any more, and lets go whoever waits. Leases that are out stay good. */
  @Override
  public void close() {
    lock.lock();
    try {
      phase = new Phase.Closed<>();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void checkOpen() {
    if (phase instanceof Phase.Closed) {
      throw new ClosedException();
    }
  }

  private boolean isLent(Holder<T> holder) {
    return phase instanceof Phase.Lent<T> lent && lent.holder() == holder;
  }

  private Lease<T> lend(Holder<T> holder) {
    holder.leases++;
    return new Lease<>(this, holder, false);
  }

  private Lease<T> lendAside(Holder<T> holder) {
    holder.asides++;
    return new Lease<>(this, holder, true);
  }

  private void release(Lease<T> lease) {
    lock.lock();
    try {
      if (lease.aside) {
        lease.holder.asides--;
      } else {
        lease.holder.leases--;
      }
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

  private boolean drain(long nanos, BooleanSupplier drained) {
    awaitNanos(nanos, drained);
    return drained.getAsBoolean();
  }

  /** Waits for a condition. Returns how long could still be waited; an interrupt ends the wait. */
  private long awaitNanos(long nanos, BooleanSupplier condition) {
    long left = nanos;
    while (!condition.getAsBoolean() && left > 0) {
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return 0;
      }
    }
    return left;
  }
}
