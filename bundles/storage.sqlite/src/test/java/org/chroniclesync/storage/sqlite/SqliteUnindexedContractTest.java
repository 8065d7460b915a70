// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;
import org.chroniclesync.api.storage.HistoryStore;
import org.junit.jupiter.api.io.TempDir;

/** The same rules while the index thread rests. */
class SqliteUnindexedContractTest extends HistoryStoreContract {
  private final Path directory;

  SqliteUnindexedContractTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Override
  HistoryStore open() throws Exception {
    SqliteHistoryStore store = new Stores(directory).open();
    store.pauseIndex(true);
    return store;
  }

  @Override
  void close(HistoryStore store) {
    ((SqliteHistoryStore) store).close();
  }
}
