// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.browsers;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/**
 * The visits that were deleted, under the name of whatever other device. A copy of a profile gives
 * its visits the names of another device, and these differ in their beginnings only: behind it come
 * the row in the browser's database and the time to the microsecond, which no two visits share. So
 * what was deleted is recognised in a copy, and a tombstone need not tell an address for that.
 * Immutable.
 */
public final class DeletedVisits {
  private static final int STEP = 20_000;

  /** None. */
  public static final DeletedVisits NONE = new DeletedVisits(new long[0]);

  private final long[] keys;

  private DeletedVisits(long[] sorted) {
    this.keys = sorted;
  }

  /** What one step has found. */
  private record Step(LongStream keys, long last, boolean more) {}

  /**
   * Reads the whole feed of changes if anything was deleted: once for a new profile or a file.
   *
   * @param own the device whose deleted visits need not be recognised: their names are the same
   */
  public static DeletedVisits of(History history, DeviceId own)
      throws StorageException, InterruptedException {
    return read(history, own);
  }

  /** Reads those of all devices. */
  public static DeletedVisits of(History history) throws StorageException, InterruptedException {
    return read(history, null);
  }

  private static DeletedVisits read(History history, @Nullable DeviceId own)
      throws StorageException, InterruptedException {
    if (history.borrow(HistoryStore::state).tombstones() == 0) {
      return NONE;
    }
    LongStream.Builder all = LongStream.builder();
    Step step = new Step(LongStream.empty(), 0, true);
    while (step.more()) {
      long after = step.last();
      step = history.borrow(store -> step(store, after, own));
      step.keys().forEach(all);
    }
    return new DeletedVisits(all.build().sorted().toArray());
  }

  private static Step step(HistoryStore store, long after, @Nullable DeviceId own)
      throws StorageException {
    LongStream.Builder keys = LongStream.builder();
    long last = after;
    try (Cursor<Change> cursor = store.changes(after)) {
      for (int count = 0; count < STEP; count++) {
        Change change = cursor.next();
        if (change == null) {
          return new Step(keys.build(), last, false);
        }
        last = change.position();
        if (change.entry().deleted() && !change.entry().device().id().equals(own)) {
          key(change.entry().visitId(), keys);
        }
      }
    }
    return new Step(keys.build(), last, true);
  }

  private static void key(String visitId, LongStream.Builder into) {
    int dash = visitId.indexOf('-');
    // Row and time: nothing shorter tells a visit from all others.
    if (dash > 0 && visitId.indexOf('-', dash + 1) > 0) {
      into.add(Rank.key(visitId.substring(dash)));
    }
  }

  /** Tells whether a visit of that name is one that was deleted under another. */
  public boolean contain(String visitId) {
    if (keys.length == 0) {
      return false;
    }
    LongStream.Builder key = LongStream.builder();
    key(visitId, key);
    return key.build().anyMatch(one -> Arrays.binarySearch(keys, one) >= 0);
  }
}
