// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and directories that only their owner may read. */
final class PrivateFiles {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private PrivateFiles() {}

  /** Makes an empty file where there is none. */
  static void create(Path file) throws IOException {
    try {
      Files.createFile(file, only("rw-------"));
    } catch (FileAlreadyExistsException e) {
      // It keeps the permissions that its owner gave it.
      return;
    }
  }

  /** Makes the directories that are missing. */
  static void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, only("rwx------"));
    }
  }

  private static FileAttribute<?>[] only(String permissions) {
    // Elsewhere than on POSIX a new file inherits the rights of the user's own directory.
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
