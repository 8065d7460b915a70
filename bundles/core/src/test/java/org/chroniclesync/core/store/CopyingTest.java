// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.Test;

class CopyingTest {
  private final FaultyStore storeA = TestStores.inMemory();

  @Test
  void whatWasBroughtIsNotBroughtBack() throws Exception {
    storeA.merge(Batch.of(visits("a", 5_000)));
    FaultyStore next = TestStores.inMemory();
    Copying there = new Copying(storeA, next);
    while (there.next()) {}
    storeA.merge(Batch.of(visits("late", 10)));
    there.next();
    next.merge(Batch.of(visits("news", 10)));
    int before = storeA.dials().merge().calls();

    Copying back = new Copying(next, storeA);
    assertThat(back.left()).isEqualTo(10);
    assertThat(back.next()).isFalse();

    assertThat(storeA.dials().merge().calls()).isEqualTo(before + 1);
    assertThat(entries(storeA)).isEqualTo(entries(next)).hasSize(5_020);
    // What did not come from there counts for ever after.
    storeA.merge(Batch.of(visits("more", 10)));
    there.next();
    assertThat(new Copying(next, TestStores.inMemory()).left()).isEqualTo(5_030);
    assertThat(new Copying(next, storeA).left()).isEqualTo(10);
  }
}
