// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** A cursor whose next step is what a dial says. */
final class FaultyCursor<T> implements Cursor<T> {
  private final Cursor<T> right;
  private final Dial<Boolean> dial;
  private @Nullable T read;

  FaultyCursor(Cursor<T> right, Dial<Boolean> dial) {
    this.right = right;
    this.dial = dial;
  }

  @Override
  public @Nullable T next() throws StorageException {
    return dial.call(this::step) ? read : null;
  }

  private boolean step() throws StorageException {
    read = right.next();
    return read != null;
  }

  @Override
  public void close() {
    right.close();
  }
}
