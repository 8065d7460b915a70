// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import org.chroniclesync.api.storage.StorageException;

/** Waits until what was noted of earlier deletions has been read. */
interface Ready {
  void now() throws StorageException, InterruptedException;
}
