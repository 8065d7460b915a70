// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.IOException;
import org.chroniclesync.api.history.Entry;

/** Writes entries in one form. For one thread. */
interface EntryWriter extends AutoCloseable {
  void write(Entry entry) throws IOException;

  /** Writes what stands behind the last entry. */
  void end() throws IOException;

  /** Releases what it holds; the output that it was given stays open. */
  @Override
  default void close() throws IOException {}
}
