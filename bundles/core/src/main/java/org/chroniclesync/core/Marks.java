// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * What is noted beside the entries. A mark whose name begins with {@value #OWN} is about the
 * store's own feed, and means nothing in another store.
 */
final class Marks {
  /** How the name of a mark begins that is not copied to another store. */
  static final String OWN = "own/";

  private Marks() {}

  static boolean isOwn(String name) {
    return name.startsWith(OWN);
  }

  /** Tells whether a mark shall replace the one that a store has, if it has one. */
  static boolean isNews(@Nullable String held, String offered) {
    if (held == null || !isNumber(held) || !isNumber(offered)) {
      return !offered.equals(held);
    }
    return Long.parseLong(offered) > Long.parseLong(held);
  }

  private static boolean isNumber(String value) {
    return value.matches("\\d{1,18}");
  }

  /** Returns the number, or 0 if the mark was never set. */
  static long number(HistoryStore store, String name) throws StorageException {
    String value = store.mark(name);
    return value == null ? 0 : Long.parseLong(value);
  }
}
