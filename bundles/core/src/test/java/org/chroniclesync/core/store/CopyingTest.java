// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chroniclesync.core.Visits.visits;

import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.core.MapStore;
import org.junit.jupiter.api.Test;

class CopyingTest {
  private final MapStore storeA = new MapStore();

  @Test
  void whatWasBroughtIsNotBroughtBack() throws Exception {
    storeA.merge(Batch.of(visits("a", 5_000)));
    MapStore next = new MapStore();
    Copying there = new Copying(storeA, next);
    while (there.next()) {}
    storeA.merge(Batch.of(visits("late", 10)));
    there.next();
    next.merge(Batch.of(visits("news", 10)));
    long before = storeA.merges();

    Copying back = new Copying(next, storeA);
    assertThat(back.left()).isEqualTo(10);
    assertThat(back.next()).isFalse();

    assertThat(storeA.merges()).isEqualTo(before + 1);
    assertThat(storeA.entries()).isEqualTo(next.entries()).hasSize(5_020);
    // What did not come from there counts for ever after.
    storeA.merge(Batch.of(visits("more", 10)));
    there.next();
    assertThat(new Copying(next, new MapStore()).left()).isEqualTo(5_030);
    assertThat(new Copying(next, storeA).left()).isEqualTo(10);
  }
}
