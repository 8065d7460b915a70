// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chunk at a time, each after the last of the one before, and holds nothing of the store in
 * between: a reader that stays long would keep SQLite from reusing its log, which then grows with
 * every merge. So it shows the store as it is while it is read.
 */
final class ChunkCursor<T> implements Cursor<T> {
  /** Most rows of a chunk. */
  static final int MAX_ROWS = 500;

  /** A chunk ends once it has this many characters; a row goes over it by its own at most. */
  static final long MAX_CHARS = 1 << 20;

  private final Source<T> source;
  private final Gate gate;
  private final Failures failures;
  private final Deque<T> chunk = new ArrayDeque<>();
  private @Nullable T last;
  private boolean ended;
  private volatile boolean closed;

  interface Source<T> {
    /** Returns what follows, empty at the end only. */
    List<T> after(@Nullable T last) throws StorageException;
  }

  ChunkCursor(Source<T> source, Gate gate, Failures failures) {
    this.source = source;
    this.gate = gate;
    this.failures = failures;
  }

  @Override
  public @Nullable T next() throws StorageException {
    if (closed) {
      throw failures.failure(
          StorageException.Kind.CLOSED, "The cursor was closed; open another.", null);
    }
    if (gate.isShut()) {
      throw failures.closed();
    }
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
