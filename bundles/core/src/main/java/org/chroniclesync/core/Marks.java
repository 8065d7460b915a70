// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;

/** Marks of a store that are numbers. */
final class Marks {
  private Marks() {}

  /** Returns the number, or 0 if the mark was never set. */
  static long number(HistoryStore store, String name) throws StorageException {
    String value = store.mark(name);
    return value == null ? 0 : Long.parseLong(value);
  }
}
