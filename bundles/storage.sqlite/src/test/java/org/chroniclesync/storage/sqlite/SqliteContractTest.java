// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;
import org.chroniclesync.api.storage.HistoryStore;
import org.junit.jupiter.api.io.TempDir;

class SqliteContractTest extends HistoryStoreContract {
  private final Path directory;

  SqliteContractTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Override
  HistoryStore open() throws Exception {
    return new Stores(directory).open();
  }

  @Override
  void close(HistoryStore store) {
    ((SqliteHistoryStore) store).close();
  }
}
