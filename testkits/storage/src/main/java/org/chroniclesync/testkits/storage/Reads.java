// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;

/** Reads to the end. */
public final class Reads {
  private Reads() {}

  /**
   * Reads and closes a cursor.
   *
   * @param opened the cursor
   * @param <T> what it yields
   * @return all that it yields
   * @throws StorageException if it cannot be read
   */
  public static <T> List<T> all(Cursor<T> opened) throws StorageException {
    List<T> all = new ArrayList<>();
    try (Cursor<T> cursor = opened) {
      for (T next = cursor.next(); next != null; next = cursor.next()) {
        all.add(next);
      }
    }
    return all;
  }

  /**
   * Reads the standing version of each visit from the change feed.
   *
   * @param store the store
   * @return the versions, tombstones included
   * @throws StorageException if it cannot be read
   */
  public static Map<EntryId, Entry> standing(HistoryStore store) throws StorageException {
    Map<EntryId, Entry> standing = new HashMap<>();
    for (Change change : all(store.changes(0))) {
      standing.put(change.entry().id(), change.entry());
    }
    return standing;
  }
}
