// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Reads a chunk at a time, each after the last of the one before, and holds nothing of the store in
 * between. So it shows the store as it is while it is read, and is in nobody's way.
 *
 * @param <T> what it yields
 */
@ProviderType
public final class ChunkCursor<T> implements Cursor<T> {
  private final Source<T> source;
  private final Check check;
  private final Deque<T> chunk = new ArrayDeque<>();
  private @Nullable T last;
  private boolean ended;
  private volatile boolean closed;

  /**
   * Where the chunks come from.
   *
   * @param <T> what they hold
   */
  @ConsumerType
  public interface Source<T> {
    /**
     * Reads a chunk, of a size that fits into memory many times over.
     *
     * @param last after which to go on, or null for the start
     * @return what follows, empty at the end only
     * @throws StorageException if it cannot be read
     */
    List<T> after(@Nullable T last) throws StorageException;
  }

  /** Whether the store is open. */
  @ConsumerType
  public interface Check {
    /**
     * Returns if the store is open.
     *
     * @throws StorageException of kind {@link StorageException.Kind#CLOSED} if it is not
     */
    void open() throws StorageException;
  }

  /**
   * Makes a cursor, which reads nothing before it is asked.
   *
   * @param source where the chunks come from
   * @param check asked before each result, also when the result was read before
   */
  public ChunkCursor(Source<T> source, Check check) {
    this.source = source;
    this.check = check;
  }

  @Override
  public @Nullable T next() throws StorageException {
    if (closed) {
      throw new StorageException(
          StorageException.Kind.CLOSED, "The cursor was closed; open another.", null);
    }
    check.open();
    if (chunk.isEmpty() && !ended) {
      chunk.addAll(source.after(last));
      ended = chunk.isEmpty();
    }
    T next = chunk.poll();
    if (next != null) {
      last = next;
    }
    return next;
  }

  @Override
  public void close() {
    closed = true;
    chunk.clear();
  }
}
