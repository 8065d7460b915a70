// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;
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

  /** The copier may look at the store that was in use when another one has gone on. */
  @Test
  void aPositionInAFeedGoesNeverBack() throws Exception {
    PeerId peer = PeerId.ofNode("peer");
    FeedId old = new FeedId("old");
    FeedId feed = new FeedId("feed");
    FaultyStore storeB = TestStores.inMemory();
    note(storeA, FeedMarks.compared(storeA, peer, old, 7, 500));
    note(storeA, FeedMarks.held(storeA, peer, feed, 1_000));
    note(storeB, FeedMarks.held(storeB, peer, feed, 1_100));

    new Copying(storeA, storeB).marks();

    assertThat(FeedMarks.held(storeB, peer, feed)).isEqualTo(1_100);
    assertThat(FeedMarks.held(storeB, peer, old)).isEqualTo(7);
    assertThat(FeedMarks.compared(storeB, peer, old)).isEqualTo(500);
    int before = storeA.dials().merge().calls();
    new Copying(storeB, storeA).marks();
    assertThat(FeedMarks.held(storeA, peer, feed)).isEqualTo(1_100);
    new Copying(storeB, storeA).marks();
    assertThat(storeA.dials().merge().calls()).isEqualTo(before + 1);
  }

  private static void note(FaultyStore store, Map<String, String> marks) throws Exception {
    store.merge(new Batch(List.of(), null, marks));
  }
}
