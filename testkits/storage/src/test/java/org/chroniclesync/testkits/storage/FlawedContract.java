// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.storage.HistoryStore;
import org.junit.jupiter.api.AfterEach;

/** The kit on the store whose flaw the system property says. */
class FlawedContract extends HistoryStoreContract {
  static final String FLAW = "chroniclesync.flaw";

  private static final int SMALL_BYTES = 1 << 20;

  private final Flaw flaw = Flaw.valueOf(System.getProperty(FLAW));
  private final List<FlawedStore> opened = new ArrayList<>();

  @Override
  protected HistoryStore open(Path folder) throws Exception {
    return opened(new FlawedStore(folder, flaw, Long.MAX_VALUE));
  }

  @Override
  protected HistoryStore openSmall(Path folder) throws Exception {
    return opened(new FlawedStore(folder, flaw, SMALL_BYTES));
  }

  private HistoryStore opened(FlawedStore store) {
    opened.add(store);
    return store;
  }

  @AfterEach
  void tidyUp() throws IOException {
    for (FlawedStore store : opened) {
      store.tidyUp();
    }
  }

  @Override
  protected List<String> jvmArguments() {
    return List.of("-D" + FLAW + "=" + flaw, "-XX:TieredStopAtLevel=1");
  }

  /** Starting a process takes longer than all other tests together. */
  @Override
  protected int kills() {
    return isSeenBy(".*AfterAKill") ? 2 : 0;
  }

  @Override
  protected int cuts() {
    return isSeenBy(".*Cut") ? 15 : 0;
  }

  private boolean isSeenBy(String test) {
    return flaw == Flaw.NONE || flaw.noticedBy().stream().anyMatch(seen -> seen.matches(test));
  }
}
