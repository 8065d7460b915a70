// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

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

/** Deletes at once, in the way of the node; core's tests have the real ones. */
final class MemoryDeletions implements Deletions {
  private final MemoryHistory history;
  private final List<List<Entry>> deleted = new ArrayList<>();

  MemoryDeletions(MemoryHistory history) {
    this.history = history;
  }

  private List<Entry> found(Selection selection, Predicate<? super Entry> which) {
    try {
      Selector selector = Selector.of(selection, history);
      return history.entries().stream().filter(selector::admits).filter(which).toList();
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Preview preview(Selection selection, Predicate<? super Entry> which) {
    return new Preview(found(selection, which).size(), 0, 0, List.of());
  }

  @Override
  public synchronized DeletionWork delete(
      Selection selection, Predicate<? super Entry> which, boolean undoable) {
    List<Entry> found = found(selection, which);
    deleted.add(found);
    merge(found.stream().map(one -> one.tombstone(System.currentTimeMillis() + 60_000)).toList());
    return work(found.size(), Deletion.State.UNDOABLE);
  }

  private void merge(List<Entry> versions) {
    try {
      history.merge(Batch.of(versions));
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The pages of each deletion. */
  synchronized List<List<String>> pages() {
    return deleted.stream().map(one -> one.stream().map(Entry::url).sorted().toList()).toList();
  }

  @Override
  public synchronized DeletionWork undo(long number) {
    List<Entry> back = deleted.get((int) number - 1);
    merge(
        back.stream()
            .map(one -> one.withLastModified(System.currentTimeMillis() + 60_001))
            .toList());
    return work(back.size(), Deletion.State.UNDONE);
  }

  private DeletionWork work(int visits, Deletion.State state) {
    Deletion now =
        new Deletion(
            deleted.size(), Instant.EPOCH, visits, state, null, null, List.of(), List.of());
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
  public List<Deletion> all() {
    return List.of();
  }
}
