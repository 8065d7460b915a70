// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Keeps a history. Registered as an OSGi service with the property {@value #TYPE_PROPERTY}; where
 * there are several, the one with the highest ranking is used.
 *
 * <p>All methods are safe for any thread, may block for I/O except for {@link #state}, and throw
 * {@link StorageException} of kind {@link StorageException.Kind#CLOSED} once the service was closed
 * by its owner. Nobody passes or gets null except where it says so.
 *
 * <p>A node merges on a thread for each peer, and reads and searches on others. Where they wait for
 * each other they should take turns: whoever came first goes first, as with {@code new
 * ReentrantLock(true)} or with one thread and a queue. With {@code synchronized}, or a lock that is
 * not fair, the thread that has just merged usually gets the lock again, and the longest history
 * holds back all others.
 *
 * <ol>
 *   <li><b>Durable.</b> When {@link #merge} returns, its entries and marks are on the disk. They
 *       survive the death of the process and a power cut at any moment, unless {@link
 *       #DURABLE_PROPERTY} or the configuration of the store says otherwise.
 *   <li><b>Atomic.</b> When it throws, nothing of the batch can be seen, then or later.
 *   <li><b>Convergent.</b> Of two versions of a visit the one stands that {@link
 *       org.chroniclesync.api.history.Precedence} says, whatever the order in which they came.
 *   <li><b>Idempotent.</b> Merging a batch again changes no entry and moves no position.
 *   <li><b>Fed.</b> Each change of a standing version gets a new, greater position. A reader that
 *       follows {@link #changes} misses no change that was merged before it asked. No position is
 *       given out twice under one {@link FeedId}, which says what that means for a store that was
 *       restored from a copy.
 *   <li><b>Searchable.</b> {@link #search} sees everything that was merged before it was called,
 *       and finds what {@link Search} says: each page once, by text, recency and frequency, with
 *       what {@link Hit} tells. It may leave the older of very many matches out. A {@link
 *       Continuation} leads on, also while visits are merged, and shows nothing that stands no
 *       longer. Whoever exports follows it to the end, so a step should cost what it shows, and not
 *       all that was shown before: a store may remember how pages stood. Where nothing is found, it
 *       says which words the history does not hold.
 *   <li><b>Faithful.</b> Every value that the constructors let through comes back equal: half a
 *       surrogate pair, a zero character, a negative zero, the longest of all fields.
 *   <li><b>Ordered.</b> {@link #read} gives each standing visit of the window once, by visit time,
 *       then id, and no tombstone. So does {@link #select}, of the visits that it gives.
 *   <li><b>Counted.</b> {@link #state} and {@link #devices} agree with the standing versions. The
 *       state waits for no merge: it is told as the last merge that ended left it.
 *   <li><b>Marked.</b> A merge sets the marks that it names and leaves the others. There is room
 *       for at least {@value #MAX_MARKS}. A node never sets more, so a store need not count them.
 *   <li><b>Unhindered.</b> An open cursor holds up no merge and goes on after it.
 *   <li><b>One after another.</b> Each call takes effect at one moment between its beginning and
 *       its end, for entries and marks alike. Whoever merges after another merge returned gets the
 *       greater position.
 *   <li><b>Closed.</b> When its owner closes it, calls under way end soon, whole or not at all;
 *       then neither a thread of the store nor an open file is left.
 *   <li><b>Full.</b> Where there is no space, a merge says so with {@link
 *       StorageException.Kind#FULL}; what was merged before can be read, and merges succeed again
 *       once there is space.
 *   <li><b>Fingerprinted.</b> What a {@link SummingStore} adds agrees with the standing versions,
 *       tombstones included. A fingerprint is that of one moment and changes with a merge as a
 *       whole.
 *   <li><b>Contained.</b> Only a {@link StorageException} leaves a method whose arguments are
 *       within their bounds, also if the calling thread is interrupted: that call may fail then,
 *       with {@link StorageException.Kind#FAILED}, and no other. A {@link RuntimeException} or an
 *       {@link Error} that leaves a method is the store's fault and costs the store its turn: a
 *       node says so in its status, goes on without the store, and tries it again when it changes.
 *   <li><b>Erased.</b> Once {@link #erase} has nothing left to do, the store's files hold nothing
 *       of what tombstones replaced before it was called: neither in a free page, a log or an
 *       index, nor in a name of a device, a page or a word that no standing version has. Neither do
 *       they after a kill at any moment of it and another {@code erase}. Meanwhile other calls go
 *       on.
 * </ol>
 */
@ConsumerType
public interface HistoryStore {
  /** The service property that names the technology, such as {@code sqlite}. */
  String TYPE_PROPERTY = "storage.type";

  /**
   * The service property, a {@code Boolean}, of a store that cannot keep rule 1: {@code false}.
   * What it holds goes when it is closed, and it begins anew, under a new feed. Without the
   * property a store is durable.
   */
  String DURABLE_PROPERTY = "storage.durable";

  /** How many marks a store has room for at least, and a node sets at most. */
  int MAX_MARKS = 4_096;

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
   * Reads a stretch of the change feed without what came from one source, which gets nothing back
   * that way. As {@link #changes(long)} in all else. Override it where the source can be told
   * before an entry is read: a node reads all that a peer sent once more in order to find nothing
   * for it.
   *
   * @param after the position after which to begin; 0 for the start
   * @param upTo the last position, at least {@code after}
   * @param leftOut the source, or null to leave out nothing
   * @return the changes
   * @throws StorageException if it cannot be read
   */
  default Cursor<Change> changes(long after, long upTo, @Nullable FeedId leftOut)
      throws StorageException {
    return new WithoutSource(changes(after), upTo, leftOut);
  }

  /**
   * Reads the visits of a stretch of time, without tombstones.
   *
   * @param window the stretch and its order
   * @return the entries, by visit time, then id
   * @throws StorageException if it cannot be read
   */
  Cursor<Entry> read(Window window) throws StorageException;

  /**
   * Reads the visits that may belong to a selection, whatever its search says, without tombstones:
   * all that meet its other conditions, and perhaps some that do not, which whoever asks leaves
   * out. By default these are all visits of its stretch of time. Override it where one visit, or
   * those of a page or a device, can be found faster: a person who deletes one waits for it.
   *
   * @param selection which visits
   * @return the entries, by visit time, then id
   * @throws StorageException if it cannot be read
   */
  default Cursor<Entry> select(Selection selection) throws StorageException {
    return read(
        new Window(selection.fromMillis(), selection.untilMillis(), Window.Order.OLDEST_FIRST));
  }

  /**
   * Searches the pages that were visited.
   *
   * @param search the question
   * @return the pages, best first
   * @throws StorageException if it cannot be searched
   */
  SearchResults search(Search search) throws StorageException;

  /**
   * Returns the store in numbers. Does not block, not even while a merge is under way: a node shows
   * it once a second. A volatile field that each merge sets in the end is enough.
   *
   * @return the state
   * @throws StorageException if it cannot be read
   */
  StoreState state() throws StorageException;

  /**
   * Throws what a merge would throw now, as far as that can be told without writing: the file is
   * gone or is another one, the disk is read-only or full, the service cannot be reached. A node
   * asks every few seconds, so that a fault is noticed before a visit waits for it. May block for
   * I/O; by default it tells nothing.
   *
   * @throws StorageException if a merge would fail
   */
  default void checkWritable() throws StorageException {}

  /**
   * Erases from the store's files some of what tombstones replaced; rule 17 says what that means. A
   * node calls it on a thread of its own, again and again while it returns true, after tombstones
   * were merged and once after the store came. Where nothing is to be erased it returns at once.
   * One call should not take longer than a second, unless the store can do it in one step only;
   * merges wait no longer for it than for another merge. By default it does nothing, which is right
   * for a store that overwrites or forgets what a version replaced when it merges.
   *
   * @return true if there is more to erase
   * @throws StorageException if it failed; what is left is erased by a later call
   */
  default boolean erase() throws StorageException {
    return false;
  }

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

  /**
   * Returns all marks. There are some for each peer and each browser profile, hence a few hundred.
   *
   * @return names and values as they were at one moment, in no particular order; cannot be changed
   * @throws StorageException if they cannot be read
   */
  Map<String, String> marks() throws StorageException;
}
