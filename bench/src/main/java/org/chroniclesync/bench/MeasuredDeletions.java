// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.History;

/** What the deletions of a node take. */
final class MeasuredDeletions {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final int LOOK_MILLIS = 20;

  private final History history;
  private final List<String> questions;

  MeasuredDeletions(History history, List<String> questions) {
    this.history = history;
    this.questions = questions;
  }

  /** Deletes the oldest visits, or all if there are no more, while somebody searches. */
  String oldest(int count) throws Exception {
    long all = history.borrow(HistoryStore::state).entries();
    double until = count < all ? entry(count).visitTimeMillis() : Double.MAX_VALUE;
    Questions asked = new Questions(history, questions);
    asked.start();
    String took = delete(Selection.ALL.between(-Double.MAX_VALUE, until));
    return took + " " + asked.end();
  }

  /** Deletes the page of a visit. */
  String page(int number) throws Exception {
    return delete(Selection.ALL.ofPage(entry(number).url()));
  }

  /** Deletes a visit. */
  String visit(int number) throws Exception {
    return delete(Selection.ALL.ofVisit(entry(number).id()));
  }

  /**
   * Returns how many visits there were, the milliseconds of the preview and of the deletion, and
   * those of a processor that the process used for the deletion.
   */
  private String delete(Selection selection) throws Exception {
    long began = System.nanoTime();
    history.deletions().preview(selection);
    long previewed = System.nanoTime();
    long used = Processor.now().millis();
    DeletionWork work = history.deletions().delete(selection, true);
    if (!work.await(PATIENCE) || work.now().state() != Deletion.State.UNDOABLE) {
      throw new IllegalStateException("not deleted: " + work.now());
    }
    long deleted = System.nanoTime();
    return String.format(
        Locale.ROOT,
        "%d %.1f %.1f %d",
        work.now().visits(),
        (previewed - began) / 1e6,
        (deleted - previewed) / 1e6,
        Processor.now().millis() - used);
  }

  /** Waits until nothing can be undone any more. Returns the milliseconds. */
  long awaitFinal() throws InterruptedException {
    long began = System.nanoTime();
    while (history.deletions().all().stream().anyMatch(one -> one.undoUntil() != null)) {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  /** Returns the visit of a number, the oldest first, or the newest if there are fewer. */
  private Entry entry(int number) throws StorageException, InterruptedException {
    return history.borrow(store -> entry(store, number));
  }

  private static Entry entry(HistoryStore store, int number) throws StorageException {
    try (Cursor<Entry> all = store.read(Window.all(Window.Order.OLDEST_FIRST))) {
      Entry entry = all.next();
      Entry last = entry;
      for (int i = 0; i < number && entry != null; i++) {
        last = entry;
        entry = all.next();
      }
      if (last == null) {
        throw new IllegalStateException("there is no visit");
      }
      return entry == null ? last : entry;
    }
  }
}
