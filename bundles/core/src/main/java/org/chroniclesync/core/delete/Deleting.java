// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.Deletion.State;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/** Deletes, in steps. For the loop only. */
final class Deleting {
  /**
   * By how much a tombstone is later than the version it replaces, at least. Another device may
   * correct the title of the visit before it hears of the deletion, a millisecond each time; its
   * clock, by which the visit is dated, may be ahead of ours.
   */
  private static final long MARGIN_MILLIS = 60_000;

  /** Further ahead a version would not be taken at its word. */
  private static final long MOST_AHEAD_MILLIS = Duration.ofHours(23).toMillis();

  /** What a search leaves out of very many pages it finds when the others are gone. */
  private static final int MOST_ROUNDS = 100;

  private final Stores stores;
  private final Notes notes;
  private final UndoFolder folder;
  private final Finishing finishing;
  private final Reached reached;
  private final Ready ready;
  private final Clock clock;
  private final FailureLog failures;
  private final Duration undoFor;

  Deleting(
      Stores stores,
      Notes notes,
      UndoFolder folder,
      Finishing finishing,
      Reached reached,
      Ready ready,
      Clock clock,
      FailureLog failures,
      Duration undoFor) {
    this.stores = stores;
    this.notes = notes;
    this.folder = folder;
    this.finishing = finishing;
    this.reached = reached;
    this.ready = ready;
    this.clock = clock;
    this.failures = failures;
    this.undoFor = undoFor;
  }

  void run(Chosen.Order chosen, boolean undoable, Work work) {
    boolean kept = undoable && !undoFor.isZero() && folder.isThere();
    Noted begun = null;
    try {
      ready.now();
      Instant at = clock.instant();
      long number = nextNumber();
      begun = new Noted(number, at, 0, State.UNDER_WAY, kept ? at.plus(undoFor) : null, null, null);
      notes.keep(begun);
      work.is(() -> reached.shown(notes.current(number)));
      if (kept) {
        try (Undo.Writing undo = folder.of(number).write()) {
          delete(chosen, number, work, undo);
        }
      } else {
        delete(chosen, number, work, null);
      }
      finishing.ended(number, null);
      reached.look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException | IOException e) {
      failed(begun, work, "The deletion ended before it was through: " + e.getMessage());
    } catch (RuntimeException | Error e) {
      failed(begun, work, "The deletion ended before it was through: " + e);
      throw e;
    }
  }

  /**
   * Returns a number whose mark is free. Where each mark is of a deletion that can still be undone,
   * the oldest becomes final: marks cannot be removed, and are few.
   */
  private long nextNumber() throws StorageException, InterruptedException, IOException {
    long first = notes.next();
    for (long number = first; number < first + Noted.MARKS; number++) {
      Noted before = notes.at(number - Noted.MARKS);
      if (before == null || !before.isUndoable(clock.instant())) {
        notes.forget(number - Noted.MARKS);
        return number;
      }
    }
    finishing.finish(first - Noted.MARKS, null);
    notes.forget(first - Noted.MARKS);
    return first;
  }

  private void failed(@Nullable Noted begun, Work work, String why) {
    failures.add(why);
    if (begun == null || notes.at(begun.number()) == null) {
      Deletion none =
          new Deletion(0, clock.instant(), 0, State.FAILED, null, why, List.of(), List.of());
      work.is(() -> none);
      return;
    }
    try {
      finishing.ended(begun.number(), why);
      reached.look();
    } catch (StorageException | IOException e) {
      notes.put(notes.current(begun.number()).with(State.FAILED, why));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void delete(Chosen.Order order, long number, Work work, Undo.@Nullable Writing undo)
      throws StorageException, InterruptedException, IOException {
    boolean again = true;
    for (int round = 0; again && round < MOST_ROUNDS; round++) {
      long before = notes.current(number).visits();
      sweep(stores.borrow(order::in), number, work, undo);
      again = order.mayGrow() && notes.current(number).visits() > before && !work.isCancelled();
    }
  }

  private void sweep(Chosen chosen, long number, Work work, Undo.@Nullable Writing undo)
      throws StorageException, InterruptedException, IOException {
    double from = chosen.window().fromMillis();
    boolean done = false;
    while (!done && !work.isCancelled()) {
      double at = from;
      Sweep step = stores.borrow(store -> Sweep.deleting(store, chosen, at, Deletions.STEP));
      if (!step.found().isEmpty()) {
        deleteStep(step.found(), number, undo);
      }
      from = step.next();
      done = step.done();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private void deleteStep(List<Entry> found, long number, Undo.@Nullable Writing undo)
      throws StorageException, InterruptedException, IOException {
    long now = clock.millis();
    List<Undo.Replaced> replaced =
        found.stream().map(entry -> new Undo.Replaced(entry, deleted(entry, now))).toList();
    if (undo != null) {
      undo.add(replaced);
    }
    List<Entry> tombstones =
        replaced.stream().map(one -> one.entry().tombstone(one.deletedMillis())).toList();
    Noted next =
        stores.mergeWith(
            (store, epoch) -> {
              Noted before = notes.current(number);
              Noted most = before.with(before.visits() + tombstones.size(), before.last());
              Map<String, String> marks = Map.of(most.mark(), most.value());
              MergeResult result = store.merge(new Batch(tombstones, null, marks));
              return before.with(
                  before.visits() + result.changed().size(),
                  new FeedPosition(store.state().feed(), result.head()));
            });
    notes.put(next);
  }

  /** Returns when a visit counts as deleted, so that the deletion wins. */
  private static long deleted(Entry entry, long nowMillis) {
    long held = entry.lastModifiedMillis();
    long later = Math.min(held + MARGIN_MILLIS, nowMillis + MOST_AHEAD_MILLIS);
    return Math.max(held, Math.max(nowMillis, later));
  }
}
