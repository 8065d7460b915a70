// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/** The queries of the commands to the history. */
final class Archive {
  private final History history;

  Archive(History history) {
    this.history = history;
  }

  SearchResults search(String text, int limit, @Nullable Continuation more)
      throws StorageException, InterruptedException {
    if (text.isBlank()) {
      throw new IllegalArgumentException("Enter the words to search for.");
    }
    Search search = new Search(text, limit, ZonedDateTime.now(ZoneId.systemDefault()), more);
    return history.borrow(store -> store.search(search));
  }

  List<DeviceSummary> devices() throws StorageException, InterruptedException {
    return history.borrow(HistoryStore::devices).stream()
        .sorted(Comparator.comparing(one -> one.device().id()))
        .toList();
  }

  /** Lists the newest visits of a stretch of time. */
  List<Entry> newest(int limit, Window window) throws StorageException, InterruptedException {
    return history.borrow(store -> newest(store, limit, window));
  }

  private static List<Entry> newest(HistoryStore store, int limit, Window window)
      throws StorageException {
    List<Entry> entries = new ArrayList<>();
    try (Cursor<Entry> cursor = store.read(window)) {
      Entry entry = cursor.next();
      while (entry != null) {
        if (Visibility.isShown(entry)) {
          entries.add(entry);
        }
        entry = entries.size() < limit ? cursor.next() : null;
      }
    }
    return entries;
  }
}
