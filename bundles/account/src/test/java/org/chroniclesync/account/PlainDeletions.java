// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.support.Selector;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.Preview;

/** Deletes at once, and cannot undo; core's tests have the real ones. */
final class PlainDeletions implements Deletions {
  private final StoredHistory history;
  private final List<Deletion> all = new ArrayList<>();

  PlainDeletions(StoredHistory history) {
    this.history = history;
  }

  private List<Entry> found(Selection selection, Predicate<? super Entry> which)
      throws StorageException {
    Selector selector = history.borrow(store -> Selector.of(selection, store));
    return history.standing().values().stream().filter(selector::admits).filter(which).toList();
  }

  @Override
  public Preview preview(Selection selection, Predicate<? super Entry> which)
      throws StorageException {
    return new Preview(found(selection, which).size(), 0, 0, List.of());
  }

  @Override
  public synchronized DeletionWork delete(
      Selection selection, Predicate<? super Entry> which, boolean undoable) {
    try {
      List<Entry> found = found(selection, which);
      for (int from = 0; from < found.size(); from += STEP) {
        history.merge(
            Batch.of(
                found.subList(from, Math.min(found.size(), from + STEP)).stream()
                    .map(entry -> entry.tombstone(entry.lastModifiedMillis() + 1))
                    .toList()));
      }
      all.add(
          new Deletion(
              all.size() + 1,
              Instant.EPOCH,
              found.size(),
              undoable ? Deletion.State.UNDOABLE : Deletion.State.FINAL,
              undoable ? Instant.EPOCH : null,
              null,
              List.of(),
              List.of()));
      return work(all.get(all.size() - 1));
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DeletionWork work(Deletion now) {
    return new DeletionWork() {
      @Override
      public Deletion now() {
        return now;
      }

      @Override
      public boolean await(Duration patience) {
        return true;
      }

      @Override
      public void cancel() {}
    };
  }

  @Override
  public DeletionWork undo(long number) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized List<Deletion> all() {
    return List.copyOf(all);
  }
}
