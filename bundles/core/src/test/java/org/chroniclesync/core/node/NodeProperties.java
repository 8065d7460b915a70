// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.core.TestStores.covers;
import static org.chroniclesync.core.TestStores.entries;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.Visits;
import org.chroniclesync.core.store.ArrivalRule;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole nodes whose clocks are days apart record, change and delete, while routes between them open
 * and close, lines are cut, and disks are lost. When the future that some of them saw has come, and
 * routes join them all, they hold what a plain fold by precedence says. The steps are drawn from
 * the seed; what the threads make of them is not.
 */
@Timeout(600)
class NodeProperties {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int STEPS = 60;

  @ParameterizedTest
  @CsvSource({"2, 20", "3, 20", "5, 12"})
  void allEndAsTheFoldSays(int nodes, int runs) throws Exception {
    int recorded = 0;
    int lost = 0;
    for (int run = 0; run < runs; run++) {
      World world = new World(nodes, System.nanoTime());
      try {
        world.run();
        recorded += world.model.size();
        lost += world.lostDisks;
      } finally {
        world.close();
      }
    }
    System.out.println(nodes + " nodes: " + recorded + " visits, " + lost + " lost disks");
    assertThat(recorded).isGreaterThan(runs);
    assertThat(lost).isPositive();
  }

  /**
   * A clock that is wrong, and can be moved on. By no machine's clock does a run pass a full hour:
   * how a deletion from the future counts changes at noon and at midnight.
   */
  private static final class WrongClock extends Clock {
    private static final Instant BEGIN = Instant.parse("2026-01-02T12:20:00Z");

    private final long begunNanos = System.nanoTime();
    private volatile Duration ahead;

    WrongClock(Duration ahead) {
      this.ahead = ahead;
    }

    void moveOn(Duration by) {
      ahead = ahead.plus(by);
    }

    @Override
    public Instant instant() {
      return BEGIN.plusNanos(System.nanoTime() - begunNanos).plus(ahead);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** A device; its node and its store are others after its disk was lost. */
  private static final class Machine {
    private final MemoryNetwork network;
    private final String name;
    private final WrongClock clock;
    private FaultyStore store = TestStores.inMemory();
    private Fixture node;

    Machine(MemoryNetwork network, String name, Duration ahead) {
      this.network = network;
      this.name = name;
      clock = new WrongClock(ahead);
      node = new Fixture(network, name, store, clock).start();
    }

    PeerId id() {
      return node.id;
    }

    void loseDisk() throws InterruptedException {
      node.close();
      store = TestStores.inMemory();
      node = new Fixture(network, name, store, clock).start();
    }

    /** Takes it as this machine would, if it came now. */
    Entry arrived(Entry entry) {
      return new ArrivalRule(clock).apply(entry);
    }
  }

  private static final class World {
    private final Random random;
    private final MemoryNetwork network = new MemoryNetwork();
    private final List<Machine> machines = new ArrayList<>();
    private final Map<EntryId, Entry> model = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private volatile Set<Set<PeerId>> routes = Set.of();
    private int lostDisks;

    World(int nodes, long seed) {
      log.add(nodes + " nodes, seed " + seed);
      random = new Random(seed);
      network.routes((from, to) -> routes.contains(Set.of(from, to)));
      for (int i = 0; i < nodes; i++) {
        // Never a whole day apart: what a clock is about to believe would be left to chance.
        machines.add(new Machine(network, "n" + i, hours(-40, 40).plusMinutes(7L * i)));
      }
    }

    private Duration hours(int least, int most) {
      return Duration.ofHours(least + random.nextInt(most - least + 1));
    }

    void run() throws Exception {
      routes = tree();
      for (int step = 0; step < STEPS; step++) {
        step(any());
      }
      bringTheFuture();
      routes = tree();
      Set<Entry> expected = new HashSet<>(model.values());
      for (Machine machine : machines) {
        until(() -> entries(machine.store).equals(expected));
      }
    }

    private void step(Machine machine) throws Exception {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> record(machine, visit(machine));
        case 3 -> record(machine, fromTheFuture(visit(machine)));
        case 4, 5 -> change(machine, true);
        case 6, 7 -> change(machine, false);
        case 8 -> network.cut(random);
        case 9 -> toggle(machine, any());
        case 10 -> loseDisk(machine);
        default -> spread(machine, any());
      }
    }

    private Machine any() {
      return machines.get(random.nextInt(machines.size()));
    }

    // --- What happens ---------------------------------------------------------------------------

    private void record(Machine machine, Entry entry) throws Exception {
      log.add(machine.name + " records " + entry.visitId() + " of " + entry.lastModifiedMillis());
      Entry taken = machine.arrived(entry);
      machine.node.node.merge(Batch.of(List.of(taken)));
      model.merge(taken.id(), taken, (a, b) -> Precedence.ORDER.replaces(b, a) ? b : a);
    }

    private Entry visit(Machine machine) {
      // Some of one moment, and by some clocks tomorrow or later.
      double time = machine.clock.millis() / 10_000_000 * 10_000_000 + random.nextInt(3) * 0.5;
      long now = machine.clock.millis();
      return Visits.visit(machine.name, "v" + model.size(), Visits.URL, "title", time, now);
    }

    private Entry fromTheFuture(Entry entry) {
      return entry.withLastModified(entry.lastModifiedMillis() + hours(0, 60).toMillis());
    }

    private void change(Machine machine, boolean deleted) throws Exception {
      List<Entry> held = new ArrayList<>(entries(machine.store));
      if (!held.isEmpty()) {
        Entry entry = held.get(random.nextInt(held.size()));
        long now = machine.clock.millis();
        record(machine, deleted ? entry.tombstone(now) : entry.withLastModified(now));
      }
    }

    /** What nobody else has would be gone, and rightly; so such a disk is not lost. */
    private void loseDisk(Machine machine) throws Exception {
      boolean others =
          entries(machine.store).stream()
              .allMatch(
                  entry ->
                      machines.stream()
                          .anyMatch(other -> other != machine && covers(other.store, entry)));
      if (others) {
        log.add(machine.name + " loses its disk");
        lostDisks++;
        machine.loseDisk();
      }
    }

    private void toggle(Machine one, Machine other) {
      if (one != other) {
        Set<Set<PeerId>> next = new HashSet<>(routes);
        Set<PeerId> route = Set.of(one.id(), other.id());
        boolean closed = next.remove(route) || !next.add(route);
        log.add((closed ? "no route " : "a route ") + one.name + " " + other.name);
        routes = next;
        if (closed) {
          network.cut(one.id(), other.id());
        }
      }
    }

    /**
     * Waits until a neighbour has it all, as far as it still stands. What follows it may be from
     * the neighbour's future, and stand for less there.
     */
    private void spread(Machine from, Machine to) {
      if (from != to && routes.contains(Set.of(from.id(), to.id()))) {
        log.add(from.name + " spreads to " + to.name);
        for (Entry entry : entries(from.store)) {
          until(() -> covers(to.store, to.arrived(entry)) || !entries(from.store).contains(entry));
        }
      }
    }

    /** Nobody talks while some clocks are moved and others not yet. */
    private void bringTheFuture() {
      log.add("the future comes");
      routes = Set.of();
      until(
          () -> {
            network.cut(random);
            return network.openChannels().isEmpty()
                && Fixture.threads("chroniclesync-session") == 0;
          });
      machines.forEach(machine -> machine.clock.moveOn(Duration.ofDays(30)));
    }

    /** Routes that join all, and some more. */
    private Set<Set<PeerId>> tree() {
      Set<Set<PeerId>> tree = new HashSet<>();
      for (int i = 1; i < machines.size(); i++) {
        tree.add(Set.of(machines.get(i).id(), machines.get(random.nextInt(i)).id()));
        Machine other = any();
        if (random.nextInt(3) == 0 && other != machines.get(i)) {
          tree.add(Set.of(machines.get(i).id(), other.id()));
        }
      }
      return tree;
    }

    private void until(Callable<Boolean> condition) {
      try {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
      } catch (ConditionTimeoutException e) {
        for (Machine machine : machines) {
          log.add(
              machine.name
                  + " is at "
                  + machine.clock.millis()
                  + ", "
                  + machine.node.node.status());
          entries(machine.store).forEach(entry -> log.add("  has " + entry));
        }
        throw new AssertionError(String.join("\n", log), e);
      }
    }

    void close() throws InterruptedException {
      for (Machine machine : machines) {
        machine.node.close();
      }
      network.close();
    }
  }
}
