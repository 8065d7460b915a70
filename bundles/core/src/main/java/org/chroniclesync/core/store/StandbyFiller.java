// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.core.store.BoundStore.Filling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills the stores that stand by from the one in use, each by a thread of its own, so that one that
 * hangs or fails holds up no other. A better store than the one in use follows it once it has
 * everything.
 */
final class StandbyFiller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StandbyFiller.class);

  /** The first pause before a store that could not be filled is tried again; doubled each time. */
  private static final Duration RETRY = Duration.ofMillis(500);

  private static final Duration MAX_RETRY = Duration.ofMinutes(1);

  /** Each try keeps everybody waiting for a moment. */
  private static final Duration PROMOTE_AGAIN = Duration.ofSeconds(5);

  /** Nothing is lent meanwhile, so a store that hangs then gets no more than that. */
  private static final Duration MAX_HANDOVER = Duration.ofSeconds(10);

  private final LeasedService<BoundStore> stores;
  private final FailureLog failures;
  private final Duration patience;
  private final ExecutorService workers;
  private final AtomicLong growth = new AtomicLong();
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = DaemonThreads.make("chroniclesync-storage-copy", this::run);
  private volatile boolean closed;

  StandbyFiller(
      LeasedService<BoundStore> stores,
      FailureLog failures,
      Duration patience,
      ExecutorService workers) {
    this.stores = stores;
    this.failures = failures;
    this.patience = patience;
    this.workers = workers;
  }

  void start() {
    thread.start();
  }

  /** The history grew, or a store came. */
  void grew() {
    // Not for one store alone: it would wake a thread a merge, for nothing.
    if (stores.hasStandbys()) {
      growth.incrementAndGet();
      wake.release();
    }
  }

  private void run() {
    try {
      boolean promoted = true;
      while (!closed) {
        wake.tryAcquire(promoted ? untilNextTry() : PROMOTE_AGAIN.toNanos(), TimeUnit.NANOSECONDS);
        wake.drainPermits();
        beginFilling();
        long before = stores.epochNow();
        promoted = stores.promote(this::isFilled, patience, this::bringTheRest);
        if (stores.epochNow() != before) {
          LOG.info("A better storage is in use.");
          wake.release(); // The one that was in use stands by now.
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("no store is filled any more");
    }
  }

  private long untilNextTry() {
    long now = System.nanoTime();
    long wait = TimeUnit.DAYS.toNanos(1);
    for (BoundStore store : stores.all()) {
      if (store.filling() instanceof Filling.Failed failed) {
        wait = Math.min(wait, failed.notBefore() - now);
      }
    }
    return Math.max(0, wait);
  }

  /** What comes at this very moment is brought when it takes over. */
  private boolean isFilled(BoundStore store) {
    return store.filling() instanceof Filling.Filled;
  }

  private void beginFilling() {
    long used = stores.epochNow();
    for (LeasedService.Lease<BoundStore> standby : stores.standbys()) {
      Filling before = standby.service().filling();
      if (isDue(before, used)) {
        standby.service().filling(new Filling.UnderWay());
        workers.execute(() -> fill(standby, before));
      } else {
        standby.close();
      }
    }
  }

  private boolean isDue(Filling filling, long used) {
    if (filling instanceof Filling.Filled filled) {
      return filled.epoch() != used || filled.growth() != growth.get();
    }
    if (filling instanceof Filling.Failed failed) {
      return failed.notBefore() - System.nanoTime() <= 0;
    }
    return filling instanceof Filling.Lacking;
  }

  private void fill(LeasedService.Lease<BoundStore> standby, Filling before) {
    Filling end = before;
    try (standby) {
      end = fill(standby.service(), standby.epoch());
      stores.restore(standby.epoch());
    } catch (StorageException e) {
      // Closed: it is leaving, and there is nothing to report.
      if (e.kind() != Kind.CLOSED) {
        failures.add("A second storage could not be filled: " + e.getMessage(), e);
      }
      end = failed(String.valueOf(e.getMessage()), before);
    } finally {
      standby.service().filling(end);
      wake.release();
    }
  }

  /** In slices, each with a lease of its own, so that the store in use can leave in between. */
  private Filling fill(BoundStore store, long epoch) throws StorageException {
    while (!closed) {
      long known = growth.get();
      try (LeasedService.Lease<BoundStore> from = stores.leaseAside()) {
        if (from == null || from.epoch() == epoch) {
          return new Filling.Filled(epoch, known);
        }
        Copying copying = new Copying(from.service().store(), store.store());
        boolean more = copying.next();
        store.progress(new BoundStore.Progress(from.epoch(), copying.position()));
        if (!more) {
          return new Filling.Filled(from.epoch(), known);
        }
      }
    }
    return new Filling.Lacking();
  }

  private static Filling failed(String why, Filling before) {
    int times = before instanceof Filling.Failed failed ? failed.times() : 0;
    long pause = Math.min(RETRY.toNanos() << Math.min(times, 16), MAX_RETRY.toNanos());
    return new Filling.Failed(why, times + 1, System.nanoTime() + pause);
  }

  // --- Handing over -----------------------------------------------------------------------------

  private boolean bringTheRest(BoundStore from, BoundStore to) {
    return bring(from, to, MAX_HANDOVER);
  }

  /** Brings what a store that leaves holds to the one that follows it, as far as time allows. */
  boolean bringBeforeTheEnd(BoundStore from, BoundStore to) {
    return bring(from, to, patience);
  }

  /** On a thread that can be left behind: nothing is lent until this returns. */
  private boolean bring(BoundStore from, BoundStore to, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    Future<Boolean> brought = workers.submit(() -> bring(from, to, deadline));
    String why;
    try {
      // The copying looks at the time itself, between its slices.
      if (brought.get(limit.toNanos() + TimeUnit.SECONDS.toNanos(1), TimeUnit.NANOSECONDS)) {
        to.copiedFrom(from.type());
        return true;
      }
      return false;
    } catch (TimeoutException e) {
      why = "the storage " + to.type() + " or the one before it does not answer";
    } catch (ExecutionException e) {
      why = BoundStore.sentence(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      why = "the node stops";
    }
    brought.cancel(true);
    failures.add("A storage could not be filled from the one before it: " + why);
    to.filling(failed(why, to.filling()));
    return false;
  }

  private boolean bring(BoundStore from, BoundStore to, long deadline) throws StorageException {
    Copying copying = new Copying(from.store(), to.store());
    while (copying.next()) {
      if (System.nanoTime() - deadline > 0) {
        failures.add(
            "A storage left before everything was copied to the one that follows it: "
                + copying.left()
                + " changes are in the old one only. They come back from your other devices, or"
                + " when it is started again.");
        return false;
      }
    }
    copying.marks();
    return true;
  }

  /** Ends the filling. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Math.max(1, patience.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
