// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** A store broke its contract: it threw what no store may throw, or returned nothing. */
final class BrokenStoreException extends StorageException {
  private static final long serialVersionUID = 1L;

  BrokenStoreException(String type, String call, Object found, @Nullable Throwable cause) {
    super(
        Kind.FAILED,
        "The storage "
            + type
            + " is broken: "
            + call
            + " ended with "
            + found
            + ". Update, restart or remove its bundle.",
        cause);
  }
}
