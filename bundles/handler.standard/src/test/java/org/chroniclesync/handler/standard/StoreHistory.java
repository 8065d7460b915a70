// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.storage.memory.MemoryHistoryStore;

/** A history in memory, whose store can be replaced. */
final class StoreHistory implements History {
  private volatile HistoryStore store = new MemoryHistoryStore(100);

  void replace() {
    store = new MemoryHistoryStore(100);
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    return store.merge(batch);
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException {
    return operation.apply(store);
  }

  @Override
  public Deletions deletions() {
    throw new UnsupportedOperationException("names delete nothing");
  }

  @Override
  public Watch watch(Watcher watcher) {
    throw new UnsupportedOperationException("nobody watches here");
  }
}
