// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;

/**
 * The devices and how much each recorded. A store may look at all visits for it, so the counts are
 * at most half a minute old where the history changes, and exact where it does not. Safe for any
 * thread.
 */
final class DeviceCounts {
  private static final long STALE_NANOS = Duration.ofSeconds(30).toNanos();

  private @Nullable Known known;

  private record Known(FeedId feed, long head, long atNanos, List<DeviceSummary> devices) {}

  /** Returns them, by id. Who asks while somebody counts waits for that. */
  synchronized List<DeviceSummary> all(History history)
      throws StorageException, InterruptedException {
    Known before = known;
    StoreState state = history.borrow(HistoryStore::state);
    if (before != null && isGood(before, state)) {
      return before.devices();
    }
    List<DeviceSummary> devices =
        history.borrow(HistoryStore::devices).stream()
            .sorted(Comparator.comparing(one -> one.device().id()))
            .toList();
    known = new Known(state.feed(), state.head(), System.nanoTime(), devices);
    return devices;
  }

  private static boolean isGood(Known before, StoreState state) {
    return before.feed().equals(state.feed())
        && (before.head() == state.head() || System.nanoTime() - before.atNanos() < STALE_NANOS);
  }
}
