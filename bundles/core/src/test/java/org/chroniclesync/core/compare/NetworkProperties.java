// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.chroniclesync.core.TestStores.covers;
import static org.chroniclesync.core.TestStores.entries;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.Visits;
import org.chroniclesync.core.store.ArrivalRule;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several stores that change, compare, are cut and are replaced by empty ones end with what a plain
 * fold by precedence says. Their clocks are days apart, so that some see versions from the future;
 * in the end that has come. One thread, each step drawn from the seed.
 */
class NetworkProperties {
  private static final int RUNS = 1_000;
  private static final int STEPS = 40;
  private static final int MOST_TURNS = 20;
  private static final long HOUR = 3_600_000;

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void allEndAsTheFoldSays(int nodes) {
    for (int run = 0; run < RUNS; run++) {
      long seed = System.nanoTime();
      try {
        new Network(nodes, seed).run();
      } catch (Exception e) {
        throw new AssertionError(nodes + " nodes, seed " + seed, e);
      }
    }
  }

  private static final class Network {
    private final long seed;
    private final Random random;
    private final List<FaultyStore> stores = new ArrayList<>();
    private final List<Long> clocks = new ArrayList<>();
    private final List<Integer> neighbours = new ArrayList<>();
    private final Map<EntryId, Entry> model = new HashMap<>();
    private final int few;
    private final int fanOut;
    private int made;

    Network(int nodes, long seed) {
      this.seed = seed;
      random = new Random(seed);
      few = 1 + random.nextInt(4);
      fanOut = 2 + random.nextInt(4);
      for (int i = 0; i < nodes; i++) {
        stores.add(TestStores.inMemory());
        clocks.add((500 + random.nextInt(81) - 40) * HOUR);
        neighbours.add(i == 0 ? 1 : random.nextInt(i)); // a tree: connected, whatever is drawn
      }
    }

    void run() throws Exception {
      for (int step = 0; step < STEPS; step++) {
        step(random.nextInt(stores.size()));
        clocks.replaceAll(now -> now + random.nextInt((int) HOUR));
      }
      clocks.replaceAll(now -> now + 200 * HOUR);
      for (int round = 0; round < stores.size(); round++) {
        for (int node = 0; node < stores.size(); node++) {
          compare(node, neighbours.get(node), MOST_TURNS);
        }
      }
      for (FaultyStore store : stores) {
        assertThat(entries(store))
            .as("%s nodes, seed %s", stores.size(), seed)
            .isEqualTo(new HashSet<>(model.values()));
      }
    }

    private void step(int node) throws Exception {
      long now = clocks.get(node);
      switch (random.nextInt(8)) {
        case 0, 1 -> merge(node, visit(now));
        case 2 -> merge(node, visit(now + random.nextInt(60) * HOUR));
        case 3 -> change(node, now, true);
        case 4 -> change(node, now, false);
        case 5 -> replace(node);
        default -> compare(node, neighbours.get(node), random.nextInt(4));
      }
    }

    private void change(int node, long now, boolean deleted) throws Exception {
      List<Entry> held = new ArrayList<>(entries(stores.get(node)));
      if (!held.isEmpty()) {
        Entry entry = held.get(random.nextInt(held.size()));
        merge(node, deleted ? entry.tombstone(now) : entry.withLastModified(now));
      }
    }

    private void merge(int node, Entry entry) throws Exception {
      Entry taken = arrived(node, entry);
      stores.get(node).merge(Batch.of(List.of(taken)));
      model.merge(taken.id(), taken, (a, b) -> Precedence.ORDER.replaces(b, a) ? b : a);
    }

    private Entry arrived(int node, Entry entry) {
      Instant now = Instant.ofEpochMilli(clocks.get(node));
      return new ArrivalRule(Clock.fixed(now, ZoneOffset.UTC)).apply(entry);
    }

    /** Only what another has, too, may go, else it would be lost in the end, and rightly. */
    private void replace(int node) throws Exception {
      compare(node, neighbours.get(node), MOST_TURNS);
      FaultyStore store = stores.get(node);
      boolean others =
          entries(store).stream()
              .allMatch(
                  entry ->
                      stores.stream().anyMatch(other -> other != store && covers(other, entry)));
      if (others) {
        stores.set(node, TestStores.inMemory());
      }
    }

    /** Cut after some turns: the one that is on its way is lost. */
    private void compare(int node, int other, int most) throws Exception {
      int from = node;
      int to = other;
      Reconciler.Turn turn = new Reconciler(stores.get(from), few, fanOut).opening();
      for (int turns = 0; turns < most; turns++) {
        int taker = to;
        stores
            .get(taker)
            .merge(Batch.of(turn.entries().stream().map(e -> arrived(taker, e)).toList()));
        if (turn.isLast()) {
          return;
        }
        turn = new Reconciler(stores.get(to), few, fanOut).answer(turn.parts());
        to = from;
        from = taker;
      }
      assertThat(most).as("no end, seed %s", seed).isLessThan(MOST_TURNS);
    }

    private Entry visit(long now) {
      double time = (480 + random.nextInt(20)) * HOUR + 0.5;
      return Visits.visit("device", "v" + made++, Visits.URL, "title", time, now);
    }
  }
}
