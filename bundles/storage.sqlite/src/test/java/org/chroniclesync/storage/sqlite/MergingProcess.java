// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;

/** Merges until it is killed, and prints each batch that was acknowledged. */
final class MergingProcess {
  static final int BATCH = 50;

  private MergingProcess() {}

  public static void main(String[] args) throws Exception {
    SqliteHistoryStore store = new Stores(Path.of(args[0])).open();
    String mark = store.mark("acknowledged");
    for (int number = mark == null ? 0 : Integer.parseInt(mark); ; number++) {
      store.merge(batch(number));
      System.out.println(number + 1);
    }
  }

  static Batch batch(int number) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      entries.add(Samples.realistic(number * BATCH + i));
    }
    return new Batch(entries, null, Map.of("acknowledged", Integer.toString(number + 1)));
  }
}
