// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the visits in the order of time, from a place on.
 *
 * @param from the earliest time, milliseconds since 1970
 * @param until the first time that no longer belongs to it
 * @param place where to begin, or null for the end that is first
 * @param newer true to go towards the present
 * @param limit how many visits at most
 * @param filter which visits
 */
record Timeline(
    double from,
    double until,
    @Nullable VisitKey place,
    boolean newer,
    int limit,
    VisitFilter filter) {
  /** How many visits are looked at for one answer, so that it comes soon. */
  static final int MAX_LOOKED = 20_000;

  /**
   * What was found.
   *
   * @param visits the newest first, whatever the direction
   * @param end the last visit that was looked at, or null if all were
   */
  record Found(List<Entry> visits, @Nullable VisitKey end) {}

  Found read(HistoryStore store) throws StorageException {
    List<Entry> visits = new ArrayList<>();
    int looked = 0;
    VisitKey end = null;
    try (Cursor<Entry> cursor = store.read(window())) {
      Entry entry = cursor.next();
      while (entry != null) {
        if (isBehindPlace(entry)) {
          looked++;
          if (filter.accepts(entry)) {
            visits.add(entry);
          }
          if (visits.size() >= limit || looked >= MAX_LOOKED) {
            end = VisitKey.of(entry);
            break;
          }
        }
        entry = cursor.next();
      }
    }
    if (newer) {
      Collections.reverse(visits);
    }
    return new Found(visits, end);
  }

  private Window window() {
    VisitKey start = place;
    if (newer) {
      double first = start == null ? from : Math.max(from, start.timeMillis());
      return new Window(first, until, Window.Order.OLDEST_FIRST);
    }
    double last = start == null ? until : Math.min(until, Math.nextUp(start.timeMillis()));
    return new Window(from, last, Window.Order.NEWEST_FIRST);
  }

  private boolean isBehindPlace(Entry entry) {
    VisitKey start = place;
    if (start == null || entry.visitTimeMillis() != start.timeMillis()) {
      return true;
    }
    EntryId id = entry.id();
    return newer ? id.compareTo(start.id()) > 0 : id.compareTo(start.id()) < 0;
  }
}
