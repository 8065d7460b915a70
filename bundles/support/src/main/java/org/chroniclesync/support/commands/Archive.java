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
import org.chroniclesync.support.status.Labels;
import org.jspecify.annotations.Nullable;

/** The queries of the commands to the history. */
final class Archive {
  /** How many visits are read in a step, unless they are long. */
  private static final int STEP = 1_000;

  /** How many visits are looked at in a step, for those that are sought. */
  private static final int MOST_LOOKED = 50_000;

  private static final int STEP_CHARS = 4_000_000;

  private final History history;

  Archive(History history) {
    this.history = history;
  }

  SearchResults search(String text, int limit, @Nullable Continuation more, Labels labels)
      throws StorageException, InterruptedException {
    if (text.isBlank()) {
      throw new IllegalArgumentException("Enter the words to search for.");
    }
    Search search = new Search(text, limit, ZonedDateTime.now(ZoneId.systemDefault()), more);
    Search asked = labels.asked(search);
    return history.borrow(store -> store.search(asked));
  }

  List<DeviceSummary> devices() throws StorageException, InterruptedException {
    return history.borrow(HistoryStore::devices).stream()
        .sorted(Comparator.comparing(one -> one.device().id()))
        .toList();
  }

  /** Lists the newest visits of a stretch of time, all or those to one page. */
  List<Entry> newest(int limit, Window window, String page)
      throws StorageException, InterruptedException {
    List<Entry> entries = new ArrayList<>();
    Bound last = null;
    do {
      Step step = next(window, last, page, limit - entries.size());
      entries.addAll(step.entries());
      last = step.last();
    } while (last != null && entries.size() < limit);
    return entries;
  }

  /** A step through the visits of a stretch of time, the newest first. */
  record Step(List<Entry> entries, @Nullable Bound last) {}

  /**
   * Reads the next visits, in a loan that is short.
   *
   * @param before the last place that was read, or null to begin
   * @param page only visits to this address, or empty for all
   * @return the visits, and where they end; no place at the end of the stretch
   */
  Step next(Window window, @Nullable Bound before, String page)
      throws StorageException, InterruptedException {
    return next(window, before, page, STEP);
  }

  private Step next(Window window, @Nullable Bound before, String page, int most)
      throws StorageException, InterruptedException {
    return history.borrow(store -> next(store, window, before, page, Math.min(most, STEP)));
  }

  private static Step next(
      HistoryStore store, Window window, @Nullable Bound before, String page, int most)
      throws StorageException {
    // Those at the same moment as the last one are among them, and are passed over.
    double until =
        before == null
            ? window.untilMillis()
            : Math.min(window.untilMillis(), Math.nextUp(before.visitTimeMillis()));
    List<Entry> entries = new ArrayList<>();
    Bound last = before;
    int looked = 0;
    int chars = 0;
    try (Cursor<Entry> cursor =
        store.read(new Window(window.fromMillis(), until, Window.Order.NEWEST_FIRST))) {
      while (entries.size() < most && looked < MOST_LOOKED && chars < STEP_CHARS) {
        Entry entry = cursor.next();
        if (entry == null) {
          return new Step(entries, null);
        }
        Bound place = Bound.of(entry);
        if (last == null || place.compareTo(last) < 0) {
          last = place;
          looked++;
          if (Visibility.isShown(entry) && (page.isEmpty() || entry.url().equals(page))) {
            chars += entry.url().length() + entry.title().length();
            entries.add(entry);
          }
        }
      }
    }
    return new Step(entries, last);
  }
}
