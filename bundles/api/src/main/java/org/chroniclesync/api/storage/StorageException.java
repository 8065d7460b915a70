// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/** A store could not do what it was asked. The message is a sentence that says what to do. */
@ProviderType
public class StorageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong, for those who must decide. */
  @ProviderType
  public enum Kind {
    /** No space is left. What was acknowledged before is kept; try again when there is space. */
    FULL,
    /** The stored data cannot be read as what it should be. It was left untouched. */
    CORRUPT,
    /** A newer version of the software wrote the data. It was left untouched. */
    TOO_NEW,
    /** The store or the cursor was closed. */
    CLOSED,
    /** Anything else; trying again may help. */
    FAILED
  }

  /** What went wrong. */
  private final Kind kind;

  /**
   * Makes an exception.
   *
   * @param kind what went wrong
   * @param message a sentence that says what to do
   * @param cause the cause, or null
   */
  public StorageException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /**
   * Returns what went wrong.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }
}
