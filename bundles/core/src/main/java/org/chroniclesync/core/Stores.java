// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.StorageStatus;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The history, in whatever store there is. Where there are several, one is in use and the others
 * are kept filled from it; a better one than the one in use takes its place once it has everything.
 * Tells those who follow it when it grows.
 */
final class Stores implements History, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

  /** How often a store that could not be filled is tried again. */
  private static final Duration RETRY = Duration.ofSeconds(5);

  private static final String NOTHING_DURABLE =
      "Only a storage that forgets at its end is there, so new visits wait. Start a durable one, or"
          + " set allowVolatile of org.chroniclesync.core if they may be lost.";

  private static final Standing GONE = new Standing();

  /** Told of growth, on the thread that caused it; must not block. */
  interface Follower {
    void grew();
  }

  /** An operation that wants to know whether the store is still the one it knew. */
  interface EpochOperation<R> {
    R apply(HistoryStore store, long epoch) throws StorageException;
  }

  private final Slot<HistoryStore> slot = new Slot<>();
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private final ArrivalRule arrivals;
  private final Failures failures;
  private final Duration patience;
  private final boolean allowVolatile;
  private final Map<HistoryStore, Standing> standings =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final Semaphore filling = new Semaphore(0);
  private final Thread filler = new Thread(this::fillOthers, "chroniclesync-storage-copy");
  private volatile @Nullable String problem;

  /** What is known of a store beside what it says itself. */
  private static final class Standing {
    private final String type;
    private final boolean durable;
    private volatile @Nullable String copiedFrom;

    Standing(ServiceReference<?> reference) {
      type = String.valueOf(reference.getProperty(HistoryStore.TYPE_PROPERTY));
      durable = !Boolean.FALSE.equals(reference.getProperty(HistoryStore.DURABLE_PROPERTY));
    }

    /** Of a store that is gone and still on loan. */
    Standing() {
      type = "gone";
      durable = true;
    }
  }

  Stores(ArrivalRule arrivals, Failures failures, Settings settings) {
    this.arrivals = arrivals;
    this.failures = failures;
    // For leases of a store that leaves, and for what is copied then.
    this.patience = settings.drainTimeout();
    this.allowVolatile = settings.allowVolatile();
    filler.setDaemon(true);
  }

  /** Begins to fill one store from another. */
  void start() {
    filler.start();
  }

  void bind(ServiceReference<?> reference, HistoryStore store) {
    standings.put(store, new Standing(reference));
    slot.add(reference, store);
    tellFollowers();
  }

  void unbind(ServiceReference<?> reference, HistoryStore store) {
    if (!slot.remove(reference, patience, this::bringBeforeTheEnd)) {
      failures.add(
          "A storage left before all that it had begun was done; what was not acknowledged will be"
              + " sent again.");
    }
    standings.remove(store);
    tellFollowers();
  }

  // --- Filling one store from another -----------------------------------------------------------

  private void fillOthers() {
    try {
      boolean filled = true;
      while (true) {
        if (filled) {
          filling.acquire();
        } else {
          filling.tryAcquire(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
        filling.drainPermits();
        filled = fillStandbys();
      }
    } catch (InterruptedException e) {
      LOG.debug("no store is filled any more");
    }
  }

  /** Returns false if it is to be tried again. */
  private boolean fillStandbys() throws InterruptedException {
    try {
      boolean any = false;
      while (fillSlice()) {
        any = true;
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      if (any) {
        LOG.info("All storages hold the same history.");
      }
      long before = slot.epochNow();
      boolean done = slot.promote(patience, this::bringTheRest);
      if (slot.epochNow() != before) {
        filling.release(); // the one that was in use is a standby now
      }
      return done;
    } catch (StorageException e) {
      // Closed: it is leaving, and there is nothing to report.
      if (e.kind() != Kind.CLOSED) {
        failures.add("A second storage could not be filled: " + e.getMessage());
      }
      return false;
    }
  }

  /** One slice for each store that lacks something, best first; false if it was each one's last. */
  private boolean fillSlice() throws StorageException {
    boolean more = false;
    List<Slot.Lease<HistoryStore>> standbys = slot.standbys();
    try (Slot.Lease<HistoryStore> from = slot.leaseNow()) {
      for (Slot.Lease<HistoryStore> to : standbys) {
        if (from != null && from.epoch() != to.epoch()) {
          more |= new Copying(from.service(), to.service()).next();
        }
      }
    } finally {
      standbys.forEach(Slot.Lease::close);
    }
    return more;
  }

  private boolean bringTheRest(HistoryStore from, HistoryStore to) {
    return bring(from, to, Long.MAX_VALUE);
  }

  private boolean bringBeforeTheEnd(HistoryStore from, HistoryStore to) {
    return bring(from, to, patience.toNanos());
  }

  private boolean bring(HistoryStore from, HistoryStore to, long nanos) {
    long began = System.nanoTime();
    try {
      Copying copying = new Copying(from, to);
      while (copying.next()) {
        if (System.nanoTime() - began > nanos) {
          failures.add(
              "A storage left before all was copied to the one that follows it: "
                  + copying.left()
                  + " changes are in the old one only. They come back from your other devices, or"
                  + " when it is started again.");
          return false;
        }
      }
      copying.marks();
      standing(to).copiedFrom = standing(from).type;
      return true;
    } catch (StorageException e) {
      failures.add("A storage could not be filled from the one before it: " + e.getMessage());
      return false;
    }
  }

  /** Ends the filling. Operations go on for as long as there is a store. */
  @Override
  public void close() {
    filler.interrupt();
    try {
      filler.join(patience.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // --- Working with the one in use --------------------------------------------------------------

  void follow(Follower follower) {
    followers.add(follower);
  }

  void unfollow(Follower follower) {
    followers.remove(follower);
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException, InterruptedException {
    return mergeWith((store, epoch) -> store.merge(arrived(batch)));
  }

  /** Merges what the operation makes of the store's state, in the same lease. */
  <R> R mergeWith(EpochOperation<R> operation) throws StorageException, InterruptedException {
    R result = withEpoch(operation, this::mayKeep);
    tellFollowers();
    return result;
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException, InterruptedException {
    return withEpoch((store, epoch) -> operation.apply(store));
  }

  <R> R withEpoch(EpochOperation<R> operation) throws StorageException, InterruptedException {
    return withEpoch(operation, store -> true);
  }

  /** Waits for a store that will do, for as long as it takes: a peer is held back by that. */
  private <R> R withEpoch(EpochOperation<R> operation, Predicate<HistoryStore> fit)
      throws StorageException, InterruptedException {
    while (true) {
      long epoch = 0;
      try (Slot.Lease<HistoryStore> lease = slot.lease()) {
        epoch = lease.epoch();
        if (fit.test(lease.service())) {
          R result = operation.apply(lease.service(), epoch);
          problem = null;
          return result;
        }
        problem = NOTHING_DURABLE;
      } catch (StorageException e) {
        problem = e.getMessage();
        // Closed under our hands although we held a lease: its deadline passed, or its process of
        // leaving began with the store itself. All operations are idempotent; the next store, or
        // this one's successor, gets the same one.
        if (e.kind() != Kind.CLOSED || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
      // Without the lease: another store takes over only when all of them have come back.
      slot.awaitOther(epoch);
    }
  }

  /** What is acknowledged must not be lost, unless a person said that it may be. */
  private boolean mayKeep(HistoryStore store) {
    return allowVolatile || standing(store).durable;
  }

  private Standing standing(HistoryStore store) {
    return standings.getOrDefault(store, GONE);
  }

  Batch arrived(Batch batch) {
    List<Entry> entries = batch.entries().stream().map(arrivals::apply).toList();
    return new Batch(entries, batch.source(), batch.marks());
  }

  /** Returns the state of the store, or null if there is none that can tell. */
  @Nullable StoreState stateNow() {
    try (Slot.Lease<HistoryStore> lease = slot.leaseNow()) {
      return lease == null ? null : lease.service().state();
    } catch (StorageException e) {
      problem = e.getMessage();
      return null;
    }
  }

  /** Returns what the stores are good for, the one in use first. */
  List<StorageStatus> statuses() {
    List<StorageStatus> statuses = new ArrayList<>();
    List<Slot.Lease<HistoryStore>> standbys = slot.standbys();
    try (Slot.Lease<HistoryStore> used = slot.leaseNow()) {
      if (used != null) {
        String copiedFrom = standing(used.service()).copiedFrom;
        statuses.add(status(used.service(), new StorageStatus.Role.InUse(copiedFrom)));
      }
      for (Slot.Lease<HistoryStore> standby : standbys) {
        if (used != null && used.epoch() != standby.epoch()) {
          long left = left(used.service(), standby.service());
          statuses.add(status(standby.service(), new StorageStatus.Role.StandingBy(left)));
        }
      }
    } finally {
      standbys.forEach(Slot.Lease::close);
    }
    return statuses;
  }

  private StorageStatus status(HistoryStore store, StorageStatus.Role role) {
    Standing standing = standing(store);
    return new StorageStatus(standing.type, standing.durable, role);
  }

  /** A store that cannot tell lacks all of it. */
  private static long left(HistoryStore from, HistoryStore to) {
    try {
      return new Copying(from, to).left();
    } catch (StorageException e) {
      return Long.MAX_VALUE;
    }
  }

  /** Returns the epoch of the store that is lent now, or 0 if there is none. */
  long epochNow() {
    return slot.epochNow();
  }

  @Nullable String problem() {
    return problem;
  }

  private void tellFollowers() {
    // Not for one store alone: it would wake a thread a merge, for nothing.
    if (slot.hasStandbys()) {
      filling.release();
    }
    followers.forEach(Follower::grew);
  }
}
