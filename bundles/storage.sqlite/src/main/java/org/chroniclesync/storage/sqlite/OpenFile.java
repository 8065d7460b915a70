// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * The file that is open, told from whatever stands under its name. SQLite goes on in a file that
 * was removed, and what it keeps there is lost when it closes. Safe for any thread.
 *
 * @param key what the file system tells the file by; null where it does not
 */
record OpenFile(Path file, @Nullable Object key, Failures failures) {
  static OpenFile of(Path file, Failures failures) throws IOException {
    return new OpenFile(file, key(file), failures);
  }

  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Throws if the file is not where it was opened. */
  void checkPlace() throws StorageException {
    Object now;
    try {
      now = key(file);
    } catch (NoSuchFileException e) {
      throw failures.failed(
          "The history "
              + file
              + " was removed while the node uses it. No visit is taken until it"
              + " is back. Bring back the same file, or restart the node to use what is there then.",
          e);
    } catch (IOException e) {
      throw failures.failed(
          "The history " + file + " cannot be reached: " + e + ". Check its disk and its folder.",
          e);
    }
    if (!Objects.equals(key, now)) {
      throw failures.failed(
          "The history "
              + file
              + " was replaced while the node uses it. No visit is taken so that"
              + " none is lost. Restart the node to use the file that is there now.",
          null);
    }
  }

  /** Throws if the file could not be written to, also if it has no need to be now. */
  void checkWritable() throws StorageException {
    checkPlace();
    Path folder = Objects.requireNonNull(file.getParent(), "a root is refused at the start");
    if (!Files.isWritable(file) || !Files.isWritable(folder)) {
      throw failures.failed(
          "The history "
              + file
              + " cannot be written to. Its disk is read-only, or the file or its"
              + " folder belongs to somebody else. Make both writable; the node goes on by itself.",
          null);
    }
    if (failures.noSpace()) {
      throw failures.full(null);
    }
  }
}
