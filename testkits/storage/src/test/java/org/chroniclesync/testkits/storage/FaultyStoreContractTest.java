// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.nio.file.Path;
import org.chroniclesync.api.storage.HistoryStore;

/** A faulty store of which no dial was turned keeps all rules. */
class FaultyStoreContractTest extends HistoryStoreContract {
  @Override
  protected HistoryStore open(Path folder) throws Exception {
    return FaultyStore.around(new FlawedStore(folder, Flaw.NONE, Long.MAX_VALUE));
  }
}
