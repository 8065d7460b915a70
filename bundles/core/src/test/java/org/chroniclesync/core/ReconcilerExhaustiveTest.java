// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every pair of small stores, compared by the real thing, with limits that even those exceed. */
class ReconcilerExhaustiveTest {
  private static final int MOST_TURNS = 12;

  /** What may stand of each visit; null for nothing. Four of them are of one moment. */
  private static final List<List<Entry>> UNIVERSE =
      List.of(
          versions(visit("a", 1_000, 1, "old"), visit("a", 1_000, 2, "new")),
          versions(visit("b", 2_000, 1, "b"), visit("b", 2_000, 1, "b").tombstone(2)),
          versions(visit("c", 2_000, 1, "c")),
          versions(visit("d", 2_000, 1, "d")),
          versions(visit("e", 2_000, 1, "e")),
          versions(visit("f", 3_000.5, 1, "f")));

  @ParameterizedTest
  @CsvSource({"1, 2", "1, 3", "1, 16", "2, 2", "3, 2", "16, 16"})
  void everyPairEndsEqual(int few, int fanOut) throws Exception {
    List<List<Entry>> sets = sets();
    int cases = 0;
    for (List<Entry> left : sets) {
      for (List<Entry> right : sets) {
        compare(left, right, few, fanOut);
        cases++;
      }
    }
    System.out.println("Compared " + cases + " pairs: few " + few + ", fan-out " + fanOut);
    assertThat(cases).isGreaterThanOrEqualTo(144 * 144);
  }

  private static void compare(List<Entry> left, List<Entry> right, int few, int fanOut)
      throws Exception {
    MapStore from = store(left);
    MapStore to = store(right);
    MapStore union = store(left);
    union.merge(Batch.of(right));
    Reconciler.Turn turn = new Reconciler(from, few, fanOut).opening();
    for (int turns = 0; ; turns++) {
      if (turns >= MOST_TURNS) {
        throw new AssertionError("No end: " + left + " and " + right);
      }
      Set<Entry> held = to.entries();
      if (turn.entries().stream().anyMatch(held::contains)) {
        throw new AssertionError("Sent what is there: " + left + " and " + right);
      }
      to.merge(Batch.of(turn.entries()));
      if (turn.isLast()) {
        break;
      }
      turn = new Reconciler(to, few, fanOut).answer(turn.parts());
      MapStore next = from;
      from = to;
      to = next;
    }
    Set<Entry> expected = new HashSet<>(union.entries());
    if (!expected.equals(from.entries()) || !expected.equals(to.entries())) {
      throw new AssertionError("They differ: " + left + " and " + right);
    }
  }

  private static MapStore store(List<Entry> entries) throws Exception {
    MapStore store = new MapStore();
    store.merge(Batch.of(entries));
    return store;
  }

  private static List<List<Entry>> sets() {
    List<List<Entry>> sets = List.of(List.of());
    for (List<Entry> versions : UNIVERSE) {
      List<List<Entry>> longer = new ArrayList<>(sets);
      for (List<Entry> set : sets) {
        for (Entry version : versions) {
          List<Entry> with = new ArrayList<>(set);
          with.add(version);
          longer.add(with);
        }
      }
      sets = longer;
    }
    return sets;
  }

  private static List<Entry> versions(Entry... versions) {
    return List.of(versions);
  }

  private static Entry visit(String id, double time, long modified, String title) {
    return new Entry(
        new Device(new DeviceId("device"), "", "", "", ""),
        id,
        "https://example.org/",
        title,
        time,
        "",
        "",
        modified,
        false,
        null,
        UnknownFields.NONE);
  }
}
