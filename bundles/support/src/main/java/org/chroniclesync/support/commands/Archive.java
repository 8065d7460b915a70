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
import org.chroniclesync.api.storage.Bound;
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
  /** How many visits are read in a step, unless they are long. */
  private static final int STEP = 1_000;

  private static final int STEP_CHARS = 4_000_000;

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

  /** A step through the visits of a stretch of time, the newest first. */
  record Step(List<Entry> entries, @Nullable Bound last) {}

  /**
   * Reads the next visits, in a loan that is short.
   *
   * @param before the last place that was read, or null to begin
   * @return the visits, and where they end; no place at the end of the stretch
   */
  Step next(Window window, @Nullable Bound before) throws StorageException, InterruptedException {
    return history.borrow(store -> next(store, window, before));
  }

  private static Step next(HistoryStore store, Window window, @Nullable Bound before)
      throws StorageException {
    // Those at the same moment as the last one are among them, and are passed over.
    double until =
        before == null
            ? window.untilMillis()
            : Math.min(window.untilMillis(), Math.nextUp(before.visitTimeMillis()));
    List<Entry> entries = new ArrayList<>();
    Bound last = before;
    int chars = 0;
    try (Cursor<Entry> cursor =
        store.read(new Window(window.fromMillis(), until, Window.Order.NEWEST_FIRST))) {
      while (entries.size() < STEP && chars < STEP_CHARS) {
        Entry entry = cursor.next();
        if (entry == null) {
          return new Step(entries, null);
        }
        Bound place = Bound.of(entry);
        if (last == null || place.compareTo(last) < 0) {
          last = place;
          chars += entry.url().length() + entry.title().length();
          if (Visibility.isShown(entry)) {
            entries.add(entry);
          }
        }
      }
    }
    return new Step(entries, last);
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
