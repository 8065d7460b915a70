// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
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
