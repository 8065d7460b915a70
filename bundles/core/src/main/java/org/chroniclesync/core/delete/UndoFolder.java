// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.io.IOException;
import java.nio.file.Path;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/**
 * Where that is kept which deletions can be undone from.
 *
 * @param path null if there is no place
 */
record UndoFolder(@Nullable Path path) {
  boolean isThere() {
    return path != null;
  }

  Undo of(long number) throws IOException {
    if (path == null) {
      throw new IOException("There is no folder for what can be undone.");
    }
    PrivateFiles.createDirectories(path);
    return new Undo(path.resolve("undo-" + number));
  }

  /** Overwrites and removes what is there of a deletion. */
  void destroy(long number) throws IOException {
    if (path != null) {
      of(number).destroy();
    }
  }
}
