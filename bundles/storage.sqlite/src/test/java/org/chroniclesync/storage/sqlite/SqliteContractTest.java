// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;
import java.util.Map;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.testkits.storage.HistoryStoreContract;

class SqliteContractTest extends HistoryStoreContract {
  @Override
  protected HistoryStore open(Path folder) throws Exception {
    return new Stores(folder).open(Map.of("checkOnStart", true));
  }

  @Override
  protected HistoryStore openSmall(Path folder) throws Exception {
    return new Stores(folder).open(Map.of("maxFileBytes", 2L << 20));
  }
}
