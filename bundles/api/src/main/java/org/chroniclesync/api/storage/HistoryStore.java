// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps a history. Registered as an OSGi service with the property {@value #TYPE_PROPERTY}; where
 * there are several, the one with the highest ranking is used.
 *
 * <p>All methods are safe for any thread, may block for I/O, and throw {@link StorageException} of
 * kind {@link StorageException.Kind#CLOSED} once the service was closed by its owner. Nobody passes
 * or gets null except where it says so.
 *
 * <ol>
 *   <li><b>Durable.</b> When {@link #merge} returns, its entries and marks survive the death of the
 *       process at any moment.
 *   <li><b>Atomic.</b> When it throws, nothing of the batch can be seen, then or later.
 *   <li><b>Convergent.</b> Of two versions of a visit the one stands that {@link
 *       org.chroniclesync.api.history.Precedence} says, whatever the order in which they came.
 *   <li><b>Idempotent.</b> Merging a batch again changes no entry and moves no position.
 *   <li><b>Fed.</b> Each change of a standing version gets a new, greater position. A reader that
 *       follows {@link #changes} misses no change that was merged before it asked.
 *   <li><b>Searchable.</b> {@link #search} sees everything that was merged before it was called.
 * </ol>
 */
@ConsumerType
public interface HistoryStore {
  /** The service property that names the technology, such as {@code sqlite}. */
  String TYPE_PROPERTY = "storage.type";

  /**
   * Merges a batch durably.
   *
   * @param batch what to merge
   * @return what changed
   * @throws StorageException if nothing was merged
   */
  MergeResult merge(Batch batch) throws StorageException;

  /**
   * Reads the change feed in rising order of position.
   *
   * @param after the position after which to begin; 0 for the start
   * @return the changes up to the head at the time of the call, at least
   * @throws StorageException if it cannot be read
   */
  Cursor<Change> changes(long after) throws StorageException;

  /**
   * Reads the visits of a stretch of time, without tombstones.
   *
   * @param window the stretch and its order
   * @return the entries, by visit time, then id
   * @throws StorageException if it cannot be read
   */
  Cursor<Entry> read(Window window) throws StorageException;

  /**
   * Searches the visits, without tombstones.
   *
   * @param search the question
   * @return the hits, best first, at most {@link Search#limit()}
   * @throws StorageException if it cannot be searched
   */
  List<Hit> search(Search search) throws StorageException;

  /**
   * Returns the store in numbers. Cheap: shown once a second.
   *
   * @return the state
   * @throws StorageException if it cannot be read
   */
  StoreState state() throws StorageException;

  /**
   * Counts the visits by device. May scan.
   *
   * @return a line a device, in no particular order
   * @throws StorageException if it cannot be read
   */
  List<DeviceSummary> devices() throws StorageException;

  /**
   * Returns a mark.
   *
   * @param name its name
   * @return its value, or null if it was never set
   * @throws StorageException if it cannot be read
   */
  @Nullable String mark(String name) throws StorageException;
}
