// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Results read one after another. A cursor sees the store as it was when it was opened, or as it is
 * while it is read, at the store's choice; it never shows half of a batch's effect on one entry.
 *
 * <p>For one thread at a time. Whoever opened it closes it; an open cursor may hold resources of
 * the store but never blocks a merge.
 *
 * @param <T> what it yields
 */
@ConsumerType
public interface Cursor<T> extends AutoCloseable {
  /**
   * Returns the next result. May block for I/O.
   *
   * @return the next result, or null at the end and ever after
   * @throws StorageException if it cannot be read, with {@link StorageException.Kind#CLOSED} if the
   *     cursor or its store was closed
   */
  @Nullable T next() throws StorageException;

  /** Releases what the cursor holds. Closing twice is allowed. */
  @Override
  void close();
}
