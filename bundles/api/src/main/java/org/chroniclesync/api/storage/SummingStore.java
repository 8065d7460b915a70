// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A store that keeps sums of its entries, and so compares itself with a peer without reading them
 * all. A node asks any other store through {@code support.Summing}, which reads the whole feed each
 * time: it compares a large history only where the store is one of these.
 *
 * <p>Registered as a {@link HistoryStore}, whose rules hold, and rule 15 of which is about these
 * methods. Safe for any thread; each method may block for I/O.
 */
@ConsumerType
public interface SummingStore extends HistoryStore {
  /** Into how many parts a range may be split. */
  int MAX_PARTS = 1_024;

  /**
   * Sums up the standing versions of a range, tombstones included. Asked again and again while
   * peers compare.
   *
   * @param range the range
   * @return the fingerprint at one moment
   * @throws StorageException if it cannot be read
   */
  Fingerprint fingerprint(Range range) throws StorageException;

  /**
   * Parts a range so that each part has about as many standing versions, tombstones included, as
   * another: at least one, and at most twice its share.
   *
   * @param range the range
   * @param parts how many parts, 1 to {@value #MAX_PARTS}
   * @return the bounds between the parts, rising: one less than there are parts, of which there are
   *     fewer where there are fewer versions
   * @throws IllegalArgumentException if {@code parts} is outside its bounds
   * @throws StorageException if it cannot be read
   */
  List<Bound> split(Range range, int parts) throws StorageException;

  /**
   * Reads the standing versions of a range, tombstones included.
   *
   * @param range the range
   * @return the entries, by visit time, then id
   * @throws StorageException if it cannot be read
   */
  Cursor<Entry> standing(Range range) throws StorageException;
}
