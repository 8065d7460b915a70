// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage;

import java.nio.file.Path;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.testkits.storage.HistoryStoreContract;

class JournalContractTest extends HistoryStoreContract {
  @Override
  protected HistoryStore open(Path folder) throws Exception {
    return new JournalHistoryStore(folder.resolve("history.journal"), Long.MAX_VALUE);
  }

  @Override
  protected HistoryStore openSmall(Path folder) throws Exception {
    return new JournalHistoryStore(folder.resolve("history.journal"), 1 << 20);
  }
}
