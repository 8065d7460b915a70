// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;

/**
 * Finds what was recorded here while a peer still takes over what is older, so that a visit of now
 * does not wait for a million of before. What comes in masses is no visit of now and keeps its
 * turn. Used by one thread.
 */
final class LiveEntries {
  /** More than that at once is an import. */
  static final int MAX_CHANGES = 100;

  private long lookedUpTo;

  /** All up to here has its turn. */
  void begin(long head) {
    lookedUpTo = head;
  }

  /**
   * Returns what came since the last look and should not wait.
   *
   * @param behind how far the feed was sent
   */
  List<Entry> next(HistoryStore store, long behind) throws StorageException {
    long head = store.state().head();
    long from = lookedUpTo;
    // Positions need not be dense, so this is at most what waits; if less, its turn comes next.
    boolean waits = from - behind > FeedChunk.MAX_CHANGES;
    List<Entry> ahead = waits && head > from ? recorded(store, from) : List.of();
    lookedUpTo = Math.max(head, from);
    return ahead;
  }

  private static List<Entry> recorded(HistoryStore store, long from) throws StorageException {
    List<Entry> recorded = new ArrayList<>();
    int changes = 0;
    try (Cursor<Change> cursor = store.changes(from)) {
      for (Change change = cursor.next(); change != null; change = cursor.next()) {
        if (++changes > MAX_CHANGES) {
          return List.of();
        }
        if (change.source() == null) {
          recorded.add(change.entry());
        }
      }
    }
    return recorded;
  }
}
