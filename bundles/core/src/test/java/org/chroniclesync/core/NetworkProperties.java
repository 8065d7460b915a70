// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several stores that change, compare, are cut and are replaced by empty ones end with what a plain
 * fold by precedence says. One thread, each step drawn from the seed.
 */
class NetworkProperties {
  private static final int RUNS = 300;
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
    private final List<MapStore> stores = new ArrayList<>();
    private final List<Long> skews = new ArrayList<>();
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
        stores.add(new MapStore());
        skews.add((random.nextInt(21) - 10) * HOUR);
        neighbours.add(i == 0 ? 1 : random.nextInt(i)); // a tree: connected, whatever is drawn
      }
    }

    void run() throws Exception {
      for (int step = 0; step < STEPS; step++) {
        step(random.nextInt(stores.size()), step);
      }
      for (int round = 0; round < stores.size(); round++) {
        for (int node = 0; node < stores.size(); node++) {
          compare(node, neighbours.get(node), MOST_TURNS);
        }
      }
      for (MapStore store : stores) {
        assertThat(store.entries())
            .as("%s nodes, seed %s", stores.size(), seed)
            .isEqualTo(new HashSet<>(model.values()));
      }
    }

    private void step(int node, int step) throws Exception {
      long now = 100 * HOUR + step * HOUR / 4 + skews.get(node);
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> merge(node, visit(now));
        case 3 -> change(node, now, true);
        case 4 -> change(node, now, false);
        case 5 -> replace(node);
        default -> compare(node, neighbours.get(node), random.nextInt(4));
      }
    }

    private void change(int node, long now, boolean deleted) throws Exception {
      List<Entry> held = new ArrayList<>(stores.get(node).entries());
      if (!held.isEmpty()) {
        Entry entry = held.get(random.nextInt(held.size()));
        merge(node, deleted ? entry.tombstone(now) : entry.withLastModified(now));
      }
    }

    private void merge(int node, Entry entry) throws Exception {
      stores.get(node).merge(Batch.of(List.of(entry)));
      model.merge(entry.id(), entry, (a, b) -> Precedence.ORDER.replaces(b, a) ? b : a);
    }

    /** Empties a store whose neighbour has all of it; else something were lost, and rightly. */
    private void replace(int node) throws Exception {
      compare(node, neighbours.get(node), MOST_TURNS);
      stores.set(node, new MapStore());
    }

    /** Cut after some turns: the one that is on its way is lost. */
    private void compare(int node, int other, int most) throws Exception {
      MapStore from = stores.get(node);
      MapStore to = stores.get(other);
      Reconciler.Turn turn = new Reconciler(from, few, fanOut).opening();
      for (int turns = 0; turns < most; turns++) {
        to.merge(Batch.of(turn.entries()));
        if (turn.isLast()) {
          return;
        }
        turn = new Reconciler(to, few, fanOut).answer(turn.parts());
        MapStore next = from;
        from = to;
        to = next;
      }
      assertThat(most).as("no end, seed %s", seed).isLessThan(MOST_TURNS);
    }

    private Entry visit(long now) {
      return new Entry(
          new Device(new DeviceId("device"), "", "", "", ""),
          "v" + made++,
          "https://example.org/",
          "title",
          random.nextInt(5) * 1_000.5,
          "",
          "",
          now,
          false,
          null,
          UnknownFields.NONE);
    }
  }
}
