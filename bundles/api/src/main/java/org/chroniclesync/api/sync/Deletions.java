// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.sync;

import java.util.List;
import java.util.function.Predicate;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes visits out of the history, on all devices of the person. {@link History#deletions} returns
 * it. Safe for any thread; blocks only where it says so.
 *
 * <p>A deleted visit becomes a tombstone at once, which holds its identity and a time and goes to
 * all devices. What it replaced is kept beside the history on this device only, so that it can be
 * undone, for as long as the node's configuration says; then it is overwritten, and the deletion is
 * final. One deletion or undoing works at a time, in the order in which they were asked for.
 */
@ProviderType
public interface Deletions {
  /** How many visits are deleted in one step at most; of visits with very long texts fewer. */
  int STEP = 5_000;

  /**
   * Counts what a deletion would take. Reads the stretch of time of the selection, so it takes
   * seconds where that is long. Waits while there is no storage.
   *
   * @param selection which visits
   * @return the numbers
   * @throws StorageException if it cannot be read
   * @throws InterruptedException if the thread was interrupted
   */
  default Preview preview(Selection selection) throws StorageException, InterruptedException {
    return preview(selection, entry -> true);
  }

  /**
   * Counts what such a deletion would take. As {@link #preview(Selection)} in all else.
   *
   * @param selection among which visits
   * @param which tells of each whether it would go; called on the thread of the caller
   * @return the numbers
   * @throws StorageException if it cannot be read
   * @throws InterruptedException if the thread was interrupted
   */
  Preview preview(Selection selection, Predicate<? super Entry> which)
      throws StorageException, InterruptedException;

  /**
   * Begins to delete, and returns at once. Visits of the selection that come while it works may or
   * may not be deleted.
   *
   * @param selection which visits
   * @param undoable false to keep nothing for an undoing; the deletion is final when it is through
   * @return the work
   */
  default DeletionWork delete(Selection selection, boolean undoable) {
    return delete(selection, entry -> true, undoable);
  }

  /**
   * Begins to delete what no selection can tell, and returns at once. As {@link #delete(Selection,
   * boolean)} in all else.
   *
   * @param selection among which visits
   * @param which tells of each whether it goes; called on a thread of the node, from time to time
   *     twice for a visit, and must answer at once. What it throws ends the deletion
   * @param undoable false to keep nothing for an undoing
   * @return the work
   */
  DeletionWork delete(Selection selection, Predicate<? super Entry> which, boolean undoable);

  /**
   * Begins to bring back what a deletion took, and returns at once. A visit that was deleted or
   * changed again afterwards stays as it is. {@link Deletion.State#FAILED} says so if the deletion
   * is final, or of another device, or unknown.
   *
   * @param number the {@link Deletion#number()}
   * @return the work
   */
  DeletionWork undo(long number);

  /**
   * Returns the last deletions that were made on this device, and how far each has got. Does not
   * block.
   *
   * @return the deletions, the newest first, at most {@value #MAX_NOTED}
   */
  List<Deletion> all();

  /** How many deletions are remembered; of older ones that are final nothing is shown. */
  int MAX_NOTED = 50;
}
