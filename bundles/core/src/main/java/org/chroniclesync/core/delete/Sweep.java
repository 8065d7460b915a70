// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;

/**
 * A step through the visits of a selection, oldest first, short enough for a loan of the store.
 *
 * @param found visits of the selection
 * @param next the visit time at which the next step begins; visits of that very time may have been
 *     among those found
 * @param done whether there is no next step
 */
record Sweep(List<Entry> found, double next, boolean done) {
  /** How many visits are looked at in a step, if not all of them have one time. */
  private static final int LOOKED_AT = 20_000;

  /** Of visits with very long texts a step has fewer. */
  private static final long MOST_CHARS = 2_000_000;

  /**
   * Makes a step that may end between visits of one time: those that were found are deleted before
   * the next.
   */
  static Sweep deleting(HistoryStore store, Chosen chosen, double from, int most)
      throws StorageException {
    return step(store, chosen, from, most, false);
  }

  /** Makes a step that ends between two times, so that no visit is found twice. */
  static Sweep counting(HistoryStore store, Chosen chosen, double from, int most)
      throws StorageException {
    return step(store, chosen, from, most, true);
  }

  private static Sweep step(
      HistoryStore store, Chosen chosen, double from, int most, boolean wholeTimes)
      throws StorageException {
    Window all = chosen.window();
    if (from >= all.untilMillis()) {
      return new Sweep(List.of(), from, true);
    }
    List<Entry> found = new ArrayList<>();
    int looked = 0;
    long chars = 0;
    double last = from;
    try (Cursor<Entry> cursor = chosen.candidates(store, from)) {
      for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
        double time = entry.visitTimeMillis();
        boolean enough = found.size() >= most || chars >= MOST_CHARS;
        if (((enough || looked >= LOOKED_AT) && time > last) || (enough && !wholeTimes)) {
          return new Sweep(found, time, false);
        }
        if (chosen.admits(entry)) {
          found.add(entry);
          chars += chars(entry);
        }
        looked++;
        last = time;
      }
    }
    return new Sweep(found, last, true);
  }

  private static long chars(Entry entry) {
    PageSummary page = entry.page();
    return (long) entry.url().length()
        + entry.title().length()
        + entry.unknown().json().length()
        + (page == null ? 0 : page.summary().length());
  }
}
