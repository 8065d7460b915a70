// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.memory;

import java.nio.file.Path;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.testkits.storage.HistoryStoreContract;

class MemoryContractTest extends HistoryStoreContract {
  @Override
  protected HistoryStore open(Path folder) {
    return new MemoryHistoryStore(100_000);
  }

  @Override
  protected HistoryStore openSmall(Path folder) {
    return new MemoryHistoryStore(5_000);
  }

  @Override
  protected boolean isDurable() {
    return false;
  }
}
