// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage.indexed;

import java.nio.file.Path;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.testkits.storage.HistoryStoreContract;

class IndexedContractTest extends HistoryStoreContract {
  @Override
  protected HistoryStore open(Path folder) throws Exception {
    return new IndexedHistoryStore(folder.resolve("history.mv"), Long.MAX_VALUE);
  }

  @Override
  protected HistoryStore openSmall(Path folder) throws Exception {
    return new IndexedHistoryStore(folder.resolve("history.mv"), 2L << 20);
  }
}
