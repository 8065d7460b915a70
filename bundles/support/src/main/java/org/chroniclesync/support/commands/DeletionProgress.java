// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.io.PrintStream;
import java.time.Duration;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;

/** Waits for a deletion or an undoing, and tells the person meanwhile how far it is. */
final class DeletionProgress {
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** Who is told nothing meanwhile gives up waiting; the work goes on. */
  private static final int MOST_LOOKS = 90;

  private DeletionProgress() {}

  /**
   * Waits until it is through, or for a while, or until nobody listens any more.
   *
   * @return whether it is through
   * @throws IllegalStateException if it failed
   * @throws InterruptedException if the session was closed meanwhile
   */
  static boolean await(DeletionWork work, PrintStream notes) throws InterruptedException {
    ProgressLines lines = new ProgressLines(notes);
    boolean through = work.await(LOOK);
    for (int look = 1; !through && look < MOST_LOOKS; look++) {
      Deletion now = work.now();
      boolean back = now.state() == Deletion.State.UNDOING;
      lines.deleted(back ? "bringing back" : "deleting", now.visits());
      through = work.await(LOOK);
    }
    Deletion now = work.now();
    if (now.state() == Deletion.State.FAILED) {
      throw new IllegalStateException(String.valueOf(now.problem()));
    }
    return through;
  }
}
