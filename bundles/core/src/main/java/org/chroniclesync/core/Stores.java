// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/** The history, in whatever store there is. Tells those who follow it when it grows. */
final class Stores implements History {
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
  private volatile @Nullable String problem;

  Stores(ArrivalRule arrivals) {
    this.arrivals = arrivals;
  }

  void bind(HistoryStore store) {
    slot.bind(store);
    tellFollowers();
  }

  boolean unbind(HistoryStore store, Duration patience) {
    boolean drained = slot.unbind(store, patience);
    tellFollowers();
    return drained;
  }

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
    R result = withEpoch(operation);
    tellFollowers();
    return result;
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException, InterruptedException {
    return withEpoch((store, epoch) -> operation.apply(store));
  }

  <R> R withEpoch(EpochOperation<R> operation) throws StorageException, InterruptedException {
    while (true) {
      long epoch = 0;
      try (Slot.Lease<HistoryStore> lease = slot.lease()) {
        epoch = lease.epoch();
        R result = operation.apply(lease.service(), epoch);
        problem = null;
        return result;
      } catch (StorageException e) {
        problem = e.getMessage();
        // Closed under our hands although we held a lease: its deadline passed, or its process of
        // leaving began with the store itself. All operations are idempotent; the next store, or
        // this one's successor, gets the same one.
        if (e.kind() != Kind.CLOSED || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
      slot.awaitOther(epoch);
    }
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

  /** Returns the epoch of the store that is lent now, or 0 if there is none. */
  long epochNow() {
    return slot.epochNow();
  }

  @Nullable String problem() {
    return problem;
  }

  private void tellFollowers() {
    followers.forEach(Follower::grew);
  }
}
