// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.Deletion.State;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The deletions of this device. One thread deletes, undoes and makes final, in the order in which
 * it was asked; all else for any thread.
 */
public final class DeletionDesk implements Deletions {
  private final Stores stores;
  private final Clock clock;
  private final FailureLog failures;
  private final UndoFolder folder;
  private final Eraser eraser;
  private final EventLoop loop;
  private final Notes notes;
  private final Reached reached;
  private final Finishing finishing;
  private final Deleting deleting;
  private final Undoing undoing;

  /** For the loop only. */
  private boolean read;

  /**
   * Makes a desk.
   *
   * @param devices the devices that are known
   * @param undoFor how long a deletion can be undone; zero for not at all
   * @param folder where what can be undone is kept, or null if there is no place
   */
  public DeletionDesk(
      Stores stores,
      Supplier<List<KnownDevice>> devices,
      Clock clock,
      FailureLog failures,
      Duration undoFor,
      @Nullable Path folder) {
    this.stores = stores;
    this.clock = clock;
    this.failures = failures;
    this.folder = new UndoFolder(folder);
    eraser = new Eraser(stores, failures);
    loop = new EventLoop("chroniclesync-deletions", failures);
    notes = new Notes(stores);
    reached = new Reached(stores, devices, notes, loop, failures);
    finishing = new Finishing(notes, this.folder, eraser, loop, clock, failures);
    deleting =
        new Deleting(
            stores,
            notes,
            this.folder,
            finishing,
            reached,
            this::readNow,
            clock,
            failures,
            undoFor);
    undoing = new Undoing(stores, notes, this.folder, reached, this::readNow, clock, failures);
  }

  /** Reads what was noted, and makes final what is due. */
  public void start() {
    reached.start();
    eraser.start();
    loop.post(this::readIfDue);
  }

  /** Ends what is under way after its step. */
  public void close(Duration patience) throws InterruptedException {
    loop.close(patience);
    eraser.close(patience);
  }

  // --- What can be asked ------------------------------------------------------------------------

  @Override
  public Preview preview(Selection selection, Predicate<? super Entry> which)
      throws StorageException, InterruptedException {
    return Previewing.of(new Chosen.Order(selection, which), stores);
  }

  @Override
  public DeletionWork delete(
      Selection selection, Predicate<? super Entry> which, boolean undoable) {
    Chosen.Order chosen = new Chosen.Order(selection, which);
    Instant asked = clock.instant();
    Deletion waiting = new Deletion(0, asked, 0, State.UNDER_WAY, null, null, List.of(), List.of());
    Work work = new Work(() -> waiting);
    loop.post(new Order(work, () -> deleting.run(chosen, undoable, work)));
    return work;
  }

  @Override
  public DeletionWork undo(long number) {
    Deletion waiting =
        new Deletion(number, clock.instant(), 0, State.UNDOING, null, null, List.of(), List.of());
    Work work = new Work(() -> waiting);
    loop.post(new Order(work, () -> undoing.run(number, work)));
    return work;
  }

  @Override
  public List<Deletion> all() {
    return notes.all().stream()
        .sorted(Comparator.comparingLong(Noted::number).reversed())
        .limit(MAX_NOTED)
        .map(reached::shown)
        .toList();
  }

  /** Something to do that somebody waits for. */
  private record Order(Work work, Runnable what) implements EventLoop.Event {
    @Override
    public void run() {
      try {
        what.run();
      } finally {
        work.end();
      }
    }

    @Override
    public void dropped() {
      work.end();
    }
  }

  // --- What was noted before ---------------------------------------------------------------------

  private void readIfDue() {
    try {
      readNow();
    } catch (StorageException e) {
      loop.after(Finishing.AGAIN, this::readIfDue);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads the marks, once; waits while there is no storage. */
  private void readNow() throws StorageException, InterruptedException {
    if (read) {
      return;
    }
    Map<String, String> marks = stores.borrow(HistoryStore::marks);
    marks.forEach(this::read);
    read = true;
    StoreState state = stores.borrow(HistoryStore::state);
    for (Noted one : notes.all()) {
      settle(one, state);
    }
    reached.look();
  }

  private void read(String name, String value) {
    String peer = Noted.peer(name);
    if (peer != null && value.matches("\\d{1,18}")) {
      reached.read(peer, Long.parseLong(value));
    } else if (Noted.isMark(name)) {
      Noted one = Noted.read(value);
      if (one != null) {
        notes.put(one);
      }
    }
  }

  /** What was under way when the node ended, has ended; its last tombstone is somewhere. */
  private void settle(Noted one, StoreState now) {
    if (one.state() == State.UNDER_WAY || one.state() == State.UNDOING) {
      notes.put(
          one.with(one.visits(), new FeedPosition(now.feed(), now.head()))
              .with(State.FAILED, "The node ended before it was through."));
    }
    if (one.state() != State.FINAL && one.state() != State.UNDONE) {
      finishing.finishWhenDue(one);
    } else {
      try {
        folder.destroy(one.number());
      } catch (IOException e) {
        failures.add("What a deletion could be undone from is still there: " + e.getMessage());
      }
    }
  }
}
