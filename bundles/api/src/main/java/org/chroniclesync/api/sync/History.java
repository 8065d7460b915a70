// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.util.List;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The history of a node, whatever storage it is in at the moment. Importers write through it, shell
 * and web page read through it. Registered as an OSGi service. Safe for any thread.
 */
@ProviderType
public interface History {
  /**
   * Stores entries that were recorded here, durably, and sends them to the peers. Waits while there
   * is no storage.
   *
   * @param batch the entries
   * @return what changed
   * @throws StorageException if nothing was stored
   * @throws InterruptedException if the thread was interrupted while waiting for a storage
   */
  MergeResult merge(Batch batch) throws StorageException, InterruptedException;

  /**
   * Lends the store for one operation. Waits while there is no storage. The operation keeps the
   * store it got, even if another takes over meanwhile; it must not keep the store, or a cursor of
   * it, after it returned.
   *
   * @param <R> what the operation returns
   * @param operation what to do; should not take longer than a few seconds
   * @return what the operation returned
   * @throws StorageException if the operation threw it
   * @throws InterruptedException if the thread was interrupted while waiting for a storage
   */
  <R> R borrow(Operation<R> operation) throws StorageException, InterruptedException;

  /**
   * Returns what takes visits out of the history, on all devices.
   *
   * @return the deletions of this device, the same object always
   */
  Deletions deletions();

  /** How many watches may be open at once. */
  int MAX_WATCHES = 64;

  /**
   * Tells a watcher of what changes from now on: visits that were recorded here or came from other
   * devices, and tombstones. What changed just before may be told, too. A visit that changed twice
   * in quick succession is told once, as it stands. Does not wait for a storage.
   *
   * <p>Nothing waits for a watcher, and nothing is kept for it: it reads the change feed at its own
   * pace. One that is more than {@value Watcher#MAX_BEHIND} changes behind goes on at the end, and
   * is told that it missed some.
   *
   * @param watcher whom to tell
   * @return closes the watch; a call of the watcher may still be under way then
   * @throws IllegalStateException if {@value #MAX_WATCHES} watches are open
   */
  Node.Watch watch(Watcher watcher);

  /** Is told of changes of the history. */
  @FunctionalInterface
  @ConsumerType
  interface Watcher {
    /** How far behind a watcher may be before some changes are left out. */
    int MAX_BEHIND = 10_000;

    /** How many changes are told at once. */
    int MAX_CHANGES = 100;

    /**
     * Some visits changed. Called by one thread at a time, which is the watcher's own: it may block
     * for as long as it likes. What it throws is among the failures of the node's status, and the
     * watcher is told that it missed these changes.
     *
     * @param changes the standing versions, in the order of the feed, at most {@value
     *     #MAX_CHANGES}; may be empty if some were missed; cannot be changed
     * @param missed true if changes that came before these are not told: too many came too quickly,
     *     another storage took over, or it could not be read; whoever wants them reads the history
     */
    void changed(List<Change> changes, boolean missed);
  }

  /**
   * Something to do with a store.
   *
   * @param <R> what it returns
   */
  @FunctionalInterface
  @ProviderType
  interface Operation<R> {
    /**
     * Does it.
     *
     * @param store the store, on loan
     * @return the result
     * @throws StorageException if the store throws it
     */
    R apply(HistoryStore store) throws StorageException;
  }
}
