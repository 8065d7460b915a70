// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.util.LinkedHashMap;
import java.util.Map;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.storage.memory.MemoryHistoryStore;

/** A history in one store, which a test may replace. */
final class StoredHistory implements History {
  private volatile HistoryStore store = new MemoryHistoryStore(1_000_000);
  private final PlainDeletions deletions = new PlainDeletions(this);

  void replace(HistoryStore other) {
    store = other;
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
    return deletions;
  }

  @Override
  public Watch watch(Watcher watcher) {
    throw new UnsupportedOperationException("nobody watches here");
  }

  Map<EntryId, Entry> standing() throws StorageException {
    Map<EntryId, Entry> standing = new LinkedHashMap<>();
    try (Cursor<Change> changes = store.changes(0)) {
      for (Change change = changes.next(); change != null; change = changes.next()) {
        standing.put(change.entry().id(), change.entry());
      }
    }
    return standing;
  }

  static Entry visit(String device, String id, String url, long millis) {
    return new Entry(
        new Device(new DeviceId(device), "Linux", "", "Firefox", "1"),
        id,
        url,
        "title of " + id,
        millis,
        "",
        "link",
        millis,
        false,
        null,
        UnknownFields.NONE);
  }
}
