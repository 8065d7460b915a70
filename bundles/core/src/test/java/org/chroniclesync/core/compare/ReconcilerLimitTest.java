// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.message.Payload.Reconcile.Listed;
import org.chroniclesync.api.message.Payload.Reconcile.Part;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.core.TestStores;
import org.junit.jupiter.api.Test;

class ReconcilerLimitTest {
  private static final List<Part> HAS_NOTHING = List.of(new Listed(Bound.END, List.of()));

  @Test
  void aTurnHoldsNoMoreTextThanMemoryHasRoomFor() throws Exception {
    HistoryStore store = TestStores.inMemory();
    store.merge(Batch.of(longest(1_000)));
    assertThat(new Reconciler(store).answer(HAS_NOTHING).entries()).hasSize(1_000);

    store.merge(Batch.of(longest(3_000)));
    assertThatThrownBy(() -> new Reconciler(store).answer(HAS_NOTHING))
        .isInstanceOf(Reconciler.TooDifferentException.class);
  }

  private static List<Entry> longest(int count) {
    List<Entry> longest = new ArrayList<>();
    String url = "x".repeat(Bounds.MAX_URL_CHARS);
    for (int number = 0; number < count; number++) {
      longest.add(
          new Entry(
              new Device(new DeviceId("a"), "", "", "", ""),
              "visit-" + number,
              url,
              "",
              number,
              "",
              "link",
              number,
              false,
              null,
              UnknownFields.NONE));
    }
    return longest;
  }
}
