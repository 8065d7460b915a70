// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.store.Stores;

/**
 * Has the stores erase what tombstones replaced: those of this device and those that came from
 * others, and once for each store that comes. Safe for any thread.
 */
final class Eraser {
  /** Tombstones come in batches; so long after one, more are likely. */
  private static final Duration GATHER = Duration.ofMillis(500);

  /** While more come, erasing would be in their way, and again to do; but nothing waits longer. */
  private static final int MOST_GATHERED = 120;

  /** A store that says each time that there is more, for days, is broken. */
  private static final int MOST_STEPS = 1_000_000;

  private static final Duration AGAIN = Duration.ofSeconds(30);

  private final Stores stores;
  private final FailureLog failures;
  private final EventLoop loop;
  private final AtomicBoolean due = new AtomicBoolean();

  /** For the loop only. */
  private long erasedTombstones = -1;

  private long erasedEpoch;

  /**
   * For the loop only: what was there at the last look, and how often that was more than before.
   */
  private long seenTombstones;

  private int gathered;

  Eraser(Stores stores, FailureLog failures) {
    this.stores = stores;
    this.failures = failures;
    this.loop = new EventLoop("chroniclesync-eraser", failures);
  }

  void start() {
    stores.follow(this::look);
    look();
  }

  private void look() {
    if (!due.getAndSet(true)) {
      loop.after(GATHER, this::eraseNew);
    }
  }

  private void eraseNew() {
    due.set(false);
    StoreState state = stores.stateNow();
    long epoch = stores.epochNow();
    if (state == null || (epoch == erasedEpoch && state.tombstones() == erasedTombstones)) {
      return;
    }
    if (state.tombstones() != seenTombstones && gathered < MOST_GATHERED) {
      seenTombstones = state.tombstones();
      gathered++;
      look();
      return;
    }
    gathered = 0;
    try {
      eraseAll();
      erasedTombstones = state.tombstones();
      erasedEpoch = epoch;
    } catch (StorageException e) {
      failures.add(
          "What was deleted could not be erased from the files yet: "
              + e.getMessage()
              + " It is tried again.");
      loop.after(AGAIN, this::look);
    }
  }

  /** Erases until nothing is left, on the calling thread, which an interrupt stops. */
  void eraseAll() throws StorageException {
    boolean more = true;
    for (int step = 0; more && !Thread.currentThread().isInterrupted(); step++) {
      if (step == MOST_STEPS) {
        throw new StorageException(
            StorageException.Kind.FAILED, "The storage does not come to an end of it.", null);
      }
      more = stores.erase();
    }
  }

  void close(Duration patience) throws InterruptedException {
    loop.close(patience);
  }
}
