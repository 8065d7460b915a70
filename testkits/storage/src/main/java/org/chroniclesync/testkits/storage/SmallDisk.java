// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file system of a few megabytes, most of which can be taken and given back.
 *
 * @param folder where it is mounted
 */
record SmallDisk(Path folder) implements AutoCloseable {
  private static final int BALLAST_BYTES = 8 << 20;

  /** Returns empty where this is not Linux or we may not mount. */
  static Optional<SmallDisk> mount(Path folder) throws IOException {
    if (!Commands.isLinux()) {
      return Optional.empty();
    }
    Files.createDirectories(folder);
    if (!Commands.run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder)) {
      return Optional.empty();
    }
    Files.write(folder.resolve("ballast"), new byte[BALLAST_BYTES]);
    return Optional.of(new SmallDisk(folder));
  }

  void makeSpace() throws IOException {
    Files.delete(folder.resolve("ballast"));
  }

  /** Also while a file on it is open, which is for others to notice. */
  @Override
  public void close() throws IOException {
    if (!Commands.run("umount", "--lazy", folder)) {
      throw new IOException(folder + " cannot be unmounted");
    }
  }
}
