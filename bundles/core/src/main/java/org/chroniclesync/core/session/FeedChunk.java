// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.core.base.EntryText;
import org.jspecify.annotations.Nullable;

/**
 * A chunk of this node's feed, read in one go so that the store is lent for a moment only.
 *
 * @param feed the feed
 * @param after the position before it
 * @param upTo the last position that it covers
 * @param head the newest position when it was read
 * @param changes what lies in between, without what came from the source that was left out
 */
record FeedChunk(FeedId feed, long after, long upTo, long head, List<Change> changes) {
  /**
   * How many changes are read at once: about what fits into one message of version 2, so that the
   * other side stores many at once, and few enough to hold.
   */
  static final int MAX_CHANGES = 3_000;

  /** How much text is read at once; entries may be long. */
  private static final int MAX_CHARS = 4 << 20;

  /** How far is looked at once where most is left out. */
  private static final int MAX_POSITIONS = 50_000;

  static FeedChunk read(HistoryStore store, long after, @Nullable FeedId leftOut)
      throws StorageException {
    // The head is read first: all up to it is in the feed by then, so a cursor that comes to its
    // end has covered at least that much.
    var state = store.state();
    long end = Math.max(after, Math.min(state.head(), after + MAX_POSITIONS));
    List<Change> changes = new ArrayList<>();
    long last = after;
    long chars = 0;
    try (Cursor<Change> cursor = store.changes(after, end, leftOut)) {
      while (last < end && changes.size() < MAX_CHANGES && chars < MAX_CHARS) {
        Change change = cursor.next();
        if (change == null) {
          last = end;
        } else {
          last = change.position();
          changes.add(change);
          chars += EntryText.chars(change.entry());
        }
      }
    }
    return new FeedChunk(state.feed(), after, last, Math.max(last, state.head()), changes);
  }

  boolean isAtHead() {
    return upTo >= head;
  }
}
