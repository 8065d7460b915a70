// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History.Watcher;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/**
 * One who watches the history: reads the change feed behind its own place in it, so that a slow one
 * costs nobody else anything.
 */
final class VisitWatch {
  private final Stores stores;
  private final FailureLog failures;
  private final Watcher watcher;
  private final Executor executor;
  private final Consumer<VisitWatch> lookLater;

  /** Whether a thread tells the watcher, or will; before {@link #begin} nobody may. */
  private final AtomicBoolean telling = new AtomicBoolean(true);

  /** Whether the history may hold more than was told. */
  private final AtomicBoolean due = new AtomicBoolean();

  private volatile boolean closed;

  /** What was told; null if it is not known where the feed was. Only for who tells. */
  private @Nullable Place told;

  private boolean missed;

  private record Place(FeedId feed, long position) {
    boolean isIn(StoreState state) {
      return feed.equals(state.feed()) && position <= state.head();
    }
  }

  private record Chunk(List<Change> changes, Place upTo, boolean skipped, boolean more) {}

  VisitWatch(
      Stores stores,
      FailureLog failures,
      Watcher watcher,
      Executor executor,
      Consumer<VisitWatch> lookLater) {
    this.stores = stores;
    this.failures = failures;
    this.watcher = watcher;
    this.executor = executor;
    this.lookLater = lookLater;
  }

  /** Takes the end of the feed for what was told; who hears of growth before that waits. */
  void begin() {
    try {
      StoreState now = stores.stateNow();
      told = now == null ? null : new Place(now.feed(), now.head());
      missed = now == null;
    } finally {
      telling.set(false);
    }
    look();
  }

  /** The history may have grown. Returns at once. */
  void look() {
    due.set(true);
    tellIfDue();
  }

  void close() {
    closed = true;
  }

  private void tellIfDue() {
    if (closed || !due.get() || !telling.compareAndSet(false, true)) {
      return;
    }
    try {
      executor.execute(this::tellAll);
    } catch (RejectedExecutionException e) {
      // The node stops.
      closed = true;
    }
  }

  private void tellAll() {
    try {
      while (!closed && due.getAndSet(false)) {
        tellNew();
      }
    } catch (StorageException e) {
      later();
    } catch (InterruptedException e) {
      closed = true;
      Thread.currentThread().interrupt();
    } finally {
      telling.set(false);
    }
    // Growth between the last look and here found somebody telling.
    tellIfDue();
  }

  private void later() {
    if (!closed) {
      lookLater.accept(this);
    }
  }

  private void tellNew() throws StorageException, InterruptedException {
    if (stores.epochNow() == 0) {
      // Whoever brings a storage says so.
      return;
    }
    boolean more = true;
    while (more && !closed) {
      Chunk chunk = stores.borrow(this::read);
      more = chunk.more();
      missed |= chunk.skipped();
      told = chunk.upTo();
      if (!chunk.changes().isEmpty() || missed) {
        tell(chunk.changes());
      }
    }
  }

  private Chunk read(HistoryStore store) throws StorageException {
    StoreState state = store.state();
    Place known = told;
    boolean skips =
        known == null || !known.isIn(state) || state.head() - known.position() > Watcher.MAX_BEHIND;
    Place from = known == null || skips ? new Place(state.feed(), state.head()) : known;
    List<Change> changes = new ArrayList<>();
    long position = from.position();
    try (Cursor<Change> cursor = store.changes(position)) {
      Change next = cursor.next();
      while (next != null) {
        changes.add(next);
        position = next.position();
        next = changes.size() < Watcher.MAX_CHANGES ? cursor.next() : null;
      }
    }
    boolean full = changes.size() == Watcher.MAX_CHANGES;
    return new Chunk(List.copyOf(changes), new Place(state.feed(), position), skips, full);
  }

  private void tell(List<Change> changes) {
    if (closed) {
      return;
    }
    boolean gap = missed;
    missed = false;
    try {
      watcher.changed(changes, gap);
    } catch (RuntimeException | Error e) {
      missed = true;
      failures.add("A watcher of the history failed: " + e, e);
    }
  }
}
