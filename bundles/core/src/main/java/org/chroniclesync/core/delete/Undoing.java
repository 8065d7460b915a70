// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.Deletion.State;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.store.Stores;

/** Brings back what was deleted, in steps. For the loop only. */
final class Undoing {
  private final Stores stores;
  private final Notes notes;
  private final UndoFolder folder;
  private final Reached reached;
  private final Ready ready;
  private final Clock clock;
  private final FailureLog failures;

  Undoing(
      Stores stores,
      Notes notes,
      UndoFolder folder,
      Reached reached,
      Ready ready,
      Clock clock,
      FailureLog failures) {
    this.stores = stores;
    this.notes = notes;
    this.folder = folder;
    this.reached = reached;
    this.ready = ready;
    this.clock = clock;
    this.failures = failures;
  }

  void run(long number, Work work) {
    try {
      ready.now();
      Noted now = notes.at(number);
      if (now == null || !now.isUndoable(clock.instant()) || !folder.of(number).exists()) {
        refuse(
            number,
            work,
            now == null
                ? "There is no deletion " + number + " on this device; see deletions."
                : now.state() == State.UNDONE
                    ? "Deletion " + number + " was undone already."
                    : "Deletion " + number + " can not be undone any more.");
        return;
      }
      notes.keep(now.with(State.UNDOING, null));
      long back = bringBack(number, work);
      Noted undone = notes.current(number).with(back, null);
      if (work.isCancelled()) {
        notes.keep(now);
        return;
      }
      notes.keep(undone.with(State.UNDONE, null));
      work.is(() -> reached.shown(notes.current(number)));
      folder.of(number).destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException | IOException e) {
      String why = "Deletion " + number + " could not be undone: " + e.getMessage();
      failures.add(why);
      refuse(number, work, why);
      Noted now = notes.at(number);
      if (now != null && now.state() == State.UNDOING) {
        notes.put(now.with(State.UNDOABLE, why));
      }
    }
  }

  private void refuse(long number, Work work, String why) {
    Deletion refused =
        new Deletion(number, clock.instant(), 0, State.FAILED, null, why, List.of(), List.of());
    work.is(() -> refused);
  }

  private long bringBack(long number, Work work)
      throws StorageException, InterruptedException, IOException {
    long back = 0;
    try (Undo.Reading reading = folder.of(number).read()) {
      List<Undo.Replaced> some = reading.next(Deletions.STEP);
      while (!some.isEmpty() && !work.isCancelled()) {
        List<Entry> entries =
            some.stream()
                .map(one -> one.entry().withLastModified(one.deletedMillis() + 1))
                .toList();
        back += stores.mergeWith((store, epoch) -> store.merge(Batch.of(entries))).changed().size();
        long sofar = back;
        Noted under = notes.current(number);
        work.is(() -> reached.shown(under.with(sofar, under.last())));
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        some = reading.next(Deletions.STEP);
      }
    }
    return back;
  }
}
