// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.Test;

class ClientMarksTest {
  private static final PeerId PHONE = new PeerId("the phone");
  private static final FeedId FEED = new FeedId("a feed of a store");

  private final FaultyStore store = TestStores.inMemory();

  @Test
  void namesWithoutEndTakeAFixedNumberOfMarks() throws Exception {
    for (int number = 0; number < 5_000; number++) {
      note(new PeerId("ghost " + number), number);
    }
    assertThat(store.marks()).hasSize(2 * ClientMarks.MARKS);
  }

  @Test
  void aDeviceThatComesBackIsNotDrivenOutByNamesThatAreUsedOnce() throws Exception {
    note(PHONE, 1);
    note(PHONE, 2);
    for (int number = 0; number < 5_000; number++) {
      note(new PeerId("ghost " + number), number);
    }
    assertThat(ClientMarks.heard(store, PHONE)).isEqualTo(2);
    assertThat(ClientMarks.served(store, PHONE)).isEqualTo(new FeedPosition(FEED, 2));
  }

  @Test
  void oneThatWasDrivenOutHasTheRoomOfTheOldest() throws Exception {
    for (int number = 0; number < 5_000; number++) {
      note(new PeerId("ghost " + number), number);
    }
    note(PHONE, 1);
    assertThat(ClientMarks.heard(store, PHONE)).isEqualTo(1);
    assertThat(ClientMarks.heard(store, new PeerId("ghost 0"))).isZero();
    assertThat(ClientMarks.served(store, new PeerId("ghost 0"))).isNull();
  }

  /** What a session notes again and again is one use. */
  @Test
  void oneLongSessionIsNoReasonToStay() throws Exception {
    note(PHONE, 1);
    for (int number = 2; number < 20; number++) {
      merge(ClientMarks.heard(store, PHONE, number, false));
    }
    for (int number = 0; number < 5_000; number++) {
      note(new PeerId("ghost " + number), number);
    }
    assertThat(ClientMarks.heard(store, PHONE)).isZero();
  }

  @Test
  void theLongestNamesFit() throws Exception {
    FeedId feed = new FeedId("f".repeat(Bounds.MAX_ID_CHARS));
    for (int number = 0; number < 1_000; number++) {
      String name = number + "x".repeat(Bounds.MAX_ID_CHARS);
      PeerId client = new PeerId(name.substring(0, Bounds.MAX_ID_CHARS));
      merge(ClientMarks.heard(store, client, Long.MIN_VALUE, true));
      merge(ClientMarks.served(store, client, new FeedPosition(feed, Long.MAX_VALUE), true));
      assertThat(ClientMarks.heard(store, client)).isEqualTo(Long.MIN_VALUE);
      assertThat(ClientMarks.served(store, client))
          .isEqualTo(new FeedPosition(feed, Long.MAX_VALUE));
    }
  }

  @Test
  void whatAnOlderVersionNotedCounts() throws Exception {
    merge(Map.of("heard/the phone", "17", "own/served/the phone", "a feed of a store 12"));
    assertThat(ClientMarks.heard(store, PHONE)).isEqualTo(17);
    assertThat(ClientMarks.served(store, PHONE)).isEqualTo(new FeedPosition(FEED, 12));
    note(PHONE, 18);
    assertThat(ClientMarks.heard(store, PHONE)).isEqualTo(18);
    assertThat(ClientMarks.served(store, PHONE)).isEqualTo(new FeedPosition(FEED, 18));
  }

  /** How far a client was served is about the store's own feed. */
  @Test
  void ofTwoStoresTheLaterTimeCounts() throws Exception {
    FaultyStore copy = TestStores.inMemory();
    copy.merge(new Batch(List.of(), null, ClientMarks.heard(copy, PHONE, 30, true)));
    note(PHONE, 20);
    PeerId tablet = new PeerId("the tablet");
    note(tablet, 40);
    store.merge(Batch.of(visits("a", 10)));

    new Copying(store, copy).marks();

    assertThat(ClientMarks.heard(copy, PHONE)).isEqualTo(30);
    assertThat(ClientMarks.heard(copy, tablet)).isEqualTo(40);
    assertThat(ClientMarks.served(copy, tablet)).isNull();
  }

  private void note(PeerId client, long number) throws Exception {
    merge(ClientMarks.heard(store, client, number, true));
    merge(ClientMarks.served(store, client, new FeedPosition(FEED, number), true));
  }

  private void merge(Map<String, String> marks) throws Exception {
    store.merge(new Batch(List.of(), null, marks));
  }
}
