// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.chroniclesync.core.TestStores.entries;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.Visits;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Two stores that compare end equal, whatever differs, in few turns. */
class ReconcilerProperties {
  private static final int MOST_TURNS = 20;

  private final FaultyStore ours = TestStores.inMemory();
  private final FaultyStore theirs = TestStores.inMemory();

  @Test
  void equalStoresNeedOneTurnEach() throws Exception {
    both(visits("a", 0, 5_000));

    assertThat(compare()).isEqualTo(new Cost(1, 0));
  }

  @Test
  void emptyStoresNeedOneTurnEach() throws Exception {
    assertThat(compare()).isEqualTo(new Cost(1, 0));
  }

  @Test
  void theNewestAreFoundAtOnce() throws Exception {
    both(visits("a", 0, 9_000));
    ours.merge(Batch.of(visits("b", 9_000, 10)));

    Cost cost = compare();

    assertThat(cost.entries()).isEqualTo(10);
    assertThat(cost.turns()).isLessThanOrEqualTo(4);
  }

  @Test
  void oneOlderIsFoundByTheDifferenceOfSums() throws Exception {
    both(visits("a", 0, 9_000));
    theirs.merge(Batch.of(visits("b", 7_000, 1)));

    Cost cost = compare();

    assertThat(cost.entries()).isEqualTo(1);
    assertThat(cost.turns()).isLessThanOrEqualTo(4);
  }

  @Test
  void aStretchThatOneLacksAltogetherIsFound() throws Exception {
    both(visits("a", 0, 3_000));
    ours.merge(Batch.of(visits("b", 1_000, 2_000)));
    theirs.merge(Batch.of(visits("c", 4_000, 500)));

    assertThat(compare().entries()).isEqualTo(2_500);
    assertThat(entries(ours)).isEqualTo(entries(theirs));
  }

  @Test
  void storesThatHaveNothingInCommonAreNotCompared() throws Exception {
    ours.merge(Batch.of(visits("a", 0, 5_000)));
    theirs.merge(Batch.of(visits("b", 0, 5_000)));

    assertThatThrownBy(this::compare).isInstanceOf(Reconciler.TooDifferentException.class);
  }

  @RepeatedTest(100)
  void anyTwoStoresEndEqual() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int common = 1_000 + random.nextInt(3_000);
    both(visits("common", 0, common));
    for (int i = random.nextInt(6); i > 0; i--) {
      change(random.nextBoolean() ? ours : theirs, random, common, i);
    }

    Cost cost = compare();

    assertThat(entries(ours)).as("seed %s", seed).isEqualTo(entries(theirs));
    assertThat(cost.turns()).as("seed %s", seed).isLessThan(MOST_TURNS);
  }

  private static void change(FaultyStore store, Random random, int common, int number)
      throws StorageException {
    int count = 1 << random.nextInt(8);
    int from = random.nextInt(common + 1);
    switch (random.nextInt(4)) {
      case 0 -> store.merge(Batch.of(visits("more" + number, from, count)));
      case 1 -> store.merge(Batch.of(visits("new" + number, common, count)));
      case 2 -> store.merge(Batch.of(atOnce("same" + number, from, count)));
      default -> {
        List<Entry> changed = new ArrayList<>();
        for (Entry entry : visits("common", from, Math.min(count, common - from))) {
          changed.add(
              random.nextBoolean()
                  ? entry.tombstone(entry.lastModifiedMillis() + 1 + number)
                  : entry.withLastModified(entry.lastModifiedMillis() + 1 + number));
        }
        store.merge(Batch.of(changed));
      }
    }
  }

  private record Cost(int turns, int entries) {}

  /** One turn after another, as messages bring them. */
  private Cost compare() throws Exception {
    Reconciler.Turn turn = new Reconciler(ours).opening();
    FaultyStore from = ours;
    FaultyStore to = theirs;
    int turns = 0;
    int entries = 0;
    boolean over = false;
    while (!over) {
      assertThat(turns).as("it comes to no end").isLessThan(MOST_TURNS);
      to.merge(Batch.of(turn.entries()));
      entries += turn.entries().size();
      over = turn.isLast();
      if (!over) {
        turn = new Reconciler(to).answer(turn.parts());
        turns++;
        FaultyStore next = from;
        from = to;
        to = next;
      }
    }
    return new Cost(turns, entries);
  }

  private void both(List<Entry> entries) throws StorageException {
    ours.merge(Batch.of(entries));
    theirs.merge(Batch.of(entries));
  }

  private static List<Entry> visits(String device, int from, int count) {
    List<Entry> entries = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      entries.add(visit(device, i, 1_000_000 + i * 1_000.5));
    }
    return entries;
  }

  private static List<Entry> atOnce(String device, int from, int count) {
    List<Entry> entries = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      entries.add(visit(device, i, 1_000_000 + from * 1_000.5));
    }
    return entries;
  }

  private static Entry visit(String device, int number, double time) {
    String url = "https://" + device + ".example/" + number;
    return Visits.visit(device, "v" + number, url, "", time, 1_000);
  }
}
