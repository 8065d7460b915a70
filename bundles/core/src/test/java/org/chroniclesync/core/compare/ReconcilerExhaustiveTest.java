// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chroniclesync.core.TestStores.covers;
import static org.chroniclesync.core.TestStores.entries;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.Visits;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every pair of small stores, compared by the real thing, with limits that even those exceed. */
class ReconcilerExhaustiveTest {
  private static final int MOST_TURNS = 12;
  private static final int MOST_DISTURBED = 6;

  /** What may stand of each visit, or nothing. Four of them are of one moment; one moves. */
  private static final List<List<Entry>> UNIVERSE =
      List.of(
          versions(
              visit("a", 1_000, 1, "old"),
              visit("a", 1_000, 2, "new"),
              visit("a", 3_000, 3, "moved")),
          versions(visit("b", 2_000, 1, "b"), visit("b", 2_000, 1, "b").tombstone(2)),
          versions(visit("c", 2_000, 1, "c")),
          versions(visit("d", 2_000, 1, "d")),
          versions(visit("e", 2_000, 1, "e")),
          versions(visit("f", 3_000.5, 1, "f")));

  @ParameterizedTest
  @CsvSource({"1, 2", "1, 3", "1, 16", "2, 2", "3, 2", "16, 16"})
  void everyPairEndsEqual(int few, int fanOut) throws Exception {
    List<List<Entry>> sets = sets(UNIVERSE);
    int cases = 0;
    for (List<Entry> left : sets) {
      for (List<Entry> right : sets) {
        compare(left, right, few, fanOut);
        cases++;
      }
    }
    System.out.println("Compared " + cases + " pairs: few " + few + ", fan-out " + fanOut);
    assertThat(cases).isEqualTo(192 * 192);
  }

  private static void compare(List<Entry> left, List<Entry> right, int few, int fanOut)
      throws Exception {
    FaultyStore from = store(left);
    FaultyStore to = store(right);
    FaultyStore union = store(left);
    union.merge(Batch.of(right));
    Set<Entry> sent = new HashSet<>();
    Reconciler.Turn turn = new Reconciler(from, few, fanOut).opening();
    for (int turns = 0; ; turns++) {
      if (turns >= MOST_TURNS) {
        throw new AssertionError("No end: " + left + " and " + right);
      }
      Set<Entry> held = entries(to);
      for (Entry entry : turn.entries()) {
        // Nothing it has; and twice only what it has in a newer version, at another time.
        if (held.contains(entry) || (!sent.add(entry) && !covers(to, entry))) {
          throw new AssertionError("Sent in vain: " + left + " and " + right);
        }
      }
      to.merge(Batch.of(turn.entries()));
      if (turn.isLast()) {
        break;
      }
      turn = new Reconciler(to, few, fanOut).answer(turn.parts());
      FaultyStore next = from;
      from = to;
      to = next;
    }
    Set<Entry> expected = new HashSet<>(entries(union));
    if (!expected.equals(entries(from)) || !expected.equals(entries(to))) {
      throw new AssertionError("They differ: " + left + " and " + right);
    }
  }

  /**
   * A version comes to either side before any of the turns. What stands at either since its first
   * turn both have in the end; what came or changed later the feed brings.
   */
  @Test
  void whatComesMeanwhileHidesNothing() throws Exception {
    List<List<Entry>> sets = sets(UNIVERSE.subList(0, 4));
    List<Entry> news =
        List.of(
            visit("a", 1_000, 4, "newest"),
            visit("b", 3_000, 4, "b").tombstone(5),
            visit("c", 500, 4, "moved"),
            visit("x", 2_000, 1, "x"));
    int cases = 0;
    for (List<Entry> left : sets) {
      for (List<Entry> right : sets) {
        for (Entry entry : news) {
          for (int before = 0; before < MOST_DISTURBED; before++) {
            disturb(left, right, entry, before, true);
            disturb(left, right, entry, before, false);
            cases += 2;
          }
        }
      }
    }
    System.out.println("Disturbed " + cases + " comparisons");
    assertThat(cases).isEqualTo(48 * 48 * 4 * MOST_DISTURBED * 2);
  }

  private static void disturb(
      List<Entry> left, List<Entry> right, Entry news, int before, boolean whoAnswers)
      throws Exception {
    FaultyStore one = store(left);
    FaultyStore other = store(right);
    Set<Entry> atFirst = entries(one);
    Set<Entry> atSecond = Set.of();
    FaultyStore from = one;
    FaultyStore to = other;
    Reconciler.Turn turn = new Reconciler(from, 1, 2).opening();
    for (int turns = 0; ; turns++) {
      if (turns >= MOST_TURNS) {
        throw new AssertionError("No end: " + left + ", " + right + ", " + news + ", " + before);
      }
      to.merge(Batch.of(turn.entries()));
      if (turns == before) {
        (whoAnswers ? to : from).merge(Batch.of(List.of(news)));
      }
      if (turns == 0) {
        atSecond = entries(to);
      }
      if (turn.isLast()) {
        break;
      }
      turn = new Reconciler(to, 1, 2).answer(turn.parts());
      FaultyStore next = from;
      from = to;
      to = next;
    }
    if (hides(one, atFirst, other) || hides(other, atSecond, one)) {
      throw new AssertionError("Hidden: " + left + ", " + right + ", " + news + ", " + before);
    }
  }

  /** Whether the peer lacks something that stands since the first turn. */
  private static boolean hides(FaultyStore store, Set<Entry> before, FaultyStore peer) {
    Set<Entry> now = entries(store);
    return before.stream().anyMatch(entry -> now.contains(entry) && !covers(peer, entry));
  }

  private static FaultyStore store(List<Entry> entries) throws Exception {
    FaultyStore store = TestStores.inMemory();
    store.merge(Batch.of(entries));
    return store;
  }

  private static List<List<Entry>> sets(List<List<Entry>> universe) {
    List<List<Entry>> sets = List.of(List.of());
    for (List<Entry> versions : universe) {
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
    return Visits.visit("device", id, Visits.URL, title, time, modified);
  }
}
