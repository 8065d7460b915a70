// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.Deletion.State;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.jspecify.annotations.Nullable;

/** Makes deletions final once they cannot be undone any more. For the loop only. */
final class Finishing {
  static final Duration AGAIN = Duration.ofSeconds(30);

  private final Notes notes;
  private final UndoFolder folder;
  private final Eraser eraser;
  private final EventLoop loop;
  private final Clock clock;
  private final FailureLog failures;

  Finishing(
      Notes notes,
      UndoFolder folder,
      Eraser eraser,
      EventLoop loop,
      Clock clock,
      FailureLog failures) {
    this.notes = notes;
    this.folder = folder;
    this.eraser = eraser;
    this.loop = loop;
    this.clock = clock;
    this.failures = failures;
  }

  /** Notes that a deletion has ended, and when it becomes final. */
  void ended(long number, @Nullable String problem)
      throws StorageException, InterruptedException, IOException {
    Noted now = notes.current(number);
    boolean keeps = now.undoUntil() != null && now.visits() > 0;
    if (keeps) {
      notes.keep(now.with(problem == null ? State.UNDOABLE : State.FAILED, problem));
      finishWhenDue(notes.current(number));
    } else {
      finish(number, problem);
    }
  }

  void finishWhenDue(Noted one) {
    Instant until = one.undoUntil();
    Duration left = until == null ? Duration.ZERO : Duration.between(clock.instant(), until);
    loop.after(
        left.isNegative() ? Duration.ZERO : left.plusMillis(1), () -> finishIfDue(one.number()));
  }

  private void finishIfDue(long number) {
    Noted now = notes.at(number);
    if (now == null || now.state() == State.FINAL || now.state() == State.UNDONE) {
      return;
    }
    if (now.isUndoable(clock.instant())) {
      // The clock was put back.
      finishWhenDue(now);
      return;
    }
    try {
      finish(number, null);
    } catch (StorageException | IOException e) {
      failures.add(
          "A deletion could not be made final yet: " + e.getMessage() + " It is tried again.");
      loop.after(AGAIN, () -> finishIfDue(number));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** First what it could be undone from, then what the store's files still hold. */
  void finish(long number, @Nullable String problem)
      throws StorageException, InterruptedException, IOException {
    folder.destroy(number);
    eraser.eraseAll();
    notes.keep(notes.current(number).with(problem == null ? State.FINAL : State.FAILED, problem));
  }
}
