// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Turns what SQLite says into what a person can do about it. */
record Failures(Path file) {
  /** With less space than this an I/O error is taken for a lack of it. */
  private static final long NO_SPACE_BYTES = 1L << 20;

  StorageException of(SQLException cause) {
    int code = code(cause);
    if (code == SQLiteErrorCode.SQLITE_FULL.code
        || (code == SQLiteErrorCode.SQLITE_IOERR.code && noSpace())) {
      return full(cause);
    }
    if (code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code) {
      return corrupt("SQLite finds it damaged", cause);
    }
    if (isInterruption(cause)) {
      return closed();
    }
    return failure(
        Kind.FAILED, "The history in " + file + " failed: " + cause.getMessage() + ".", cause);
  }

  static boolean isInterruption(SQLException cause) {
    return code(cause) == SQLiteErrorCode.SQLITE_INTERRUPT.code;
  }

  StorageException full(@Nullable Throwable cause) {
    return failure(
        Kind.FULL,
        "No space is left for "
            + file
            + ". What was acknowledged before is kept; make space on its disk, or raise"
            + " maxFileBytes, and the rest is taken on.",
        cause);
  }

  StorageException corrupt(String why, @Nullable Throwable cause) {
    return failure(
        Kind.CORRUPT,
        file
            + " cannot be read as a ChronicleSync history: "
            + why
            + ". It was left untouched. Put a good copy in its place, or move it away to begin"
            + " with an empty one that the peers fill again.",
        cause);
  }

  StorageException tooNew(long version, int known) {
    return failure(
        Kind.TOO_NEW,
        "A newer version of ChronicleSync wrote "
            + file
            + ": its schema is version "
            + version
            + ", this software knows up to "
            + known
            + ". It was left untouched; update the software.",
        null);
  }

  StorageException closed() {
    return failure(Kind.CLOSED, "The history in " + file + " was closed.", null);
  }

  StorageException failed(String sentence, @Nullable Throwable cause) {
    return failure(Kind.FAILED, sentence, cause);
  }

  StorageException failure(Kind kind, String sentence, @Nullable Throwable cause) {
    return new StorageException(kind, sentence, cause);
  }

  private static int code(SQLException cause) {
    // The low byte is the plain code, the rest says more precisely what happened.
    return cause instanceof SQLiteException precise ? precise.getResultCode().code & 0xFF : 0;
  }

  boolean noSpace() {
    try {
      return Files.getFileStore(file).getUsableSpace() < NO_SPACE_BYTES;
    } catch (IOException e) {
      return false;
    }
  }
}
