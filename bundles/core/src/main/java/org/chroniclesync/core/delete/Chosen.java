// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.util.function.Predicate;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.Selector;

/**
 * What a deletion is about, looked up once.
 *
 * @param among the visits among which they are
 * @param which tells of each of them whether it is meant
 */
record Chosen(Selector among, Predicate<? super Entry> which) {
  /** A choice that was not looked up yet. */
  record Order(Selection selection, Predicate<? super Entry> which) {
    Chosen in(HistoryStore store) throws StorageException {
      return new Chosen(Selector.of(selection, store), which);
    }

    /** Tells whether a search may find more once what it found is gone. */
    boolean mayGrow() {
      return selection.search() != null;
    }
  }

  boolean admits(Entry entry) {
    return among.admits(entry) && which.test(entry);
  }

  Window window() {
    return among.window();
  }

  Cursor<Entry> candidates(HistoryStore store, double fromMillis) throws StorageException {
    return among.candidates(store, fromMillis);
  }
}
