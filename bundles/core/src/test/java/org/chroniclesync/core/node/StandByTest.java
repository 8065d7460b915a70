// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Discoveries of which some come first, and others stand by. */
@Timeout(600)
class StandByTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String FIRST = "first";
  private static final String SECOND = "second";

  /** It stands in and by as soon as it is decided; it never just looks who is there. */
  private static final Map<String, Object> QUICK =
      Map.of("standInAfterMillis", 0L, "standByAfterMillis", 0L, "standByLookMillis", 86_400_000L);

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Fixture> nodes = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (Fixture node : nodes) {
      node.close();
    }
  }

  /** A node that meets others by these discoveries alone. */
  private Fixture node(String name, Map<String, Object> settings) {
    Fixture made = new Fixture(network, name, TestStores.inMemory(), Clock.systemUTC(), settings);
    nodes.add(made);
    made.remove(made.discovery());
    return made;
  }

  private Discovery add(Fixture node, String name, Object priority) {
    Discovery made = network.discovery(name);
    node.add(made, name, priority);
    return made;
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).until(condition);
  }

  private static boolean standsBy(Fixture node, String name) {
    return state(node, name) instanceof DiscoveryState.StandingBy;
  }

  private static boolean isIn(Fixture node, String name) {
    return state(node, name) instanceof DiscoveryState.Joined;
  }

  private static DiscoveryState state(Fixture node, String name) {
    return node.node.status().discoveries().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow()
        .state();
  }

  @Test
  void theSecondStandsByOnceAllAreFoundAtTheFirstAndStandsInWhenItGoes() throws Exception {
    Fixture a = node("a", QUICK);
    Fixture b = node("b", QUICK);
    Discovery first = add(a, FIRST, 0);
    add(b, FIRST, 0);
    // As a property that comes from a file.
    add(a, SECOND, "1");
    add(b, SECOND, 1);
    a.start();
    b.start();
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    until(() -> standsBy(a, SECOND) && standsBy(b, SECOND));

    assertThat(isIn(a, FIRST)).isTrue();
    assertThat(a.isInSyncWith(b)).isTrue();
    assertThat(a.node.status().parts())
        .filteredOn(part -> part.name().equals(SECOND))
        .allMatch(part -> part.state() instanceof Part.Well)
        .hasSize(1);

    a.remove(first);
    until(() -> isIn(a, SECOND));
    assertThat(a.isInSyncWith(b) && b.isInSyncWith(a)).isTrue();
  }

  @Test
  void twoThatReachDifferentServicesMeetAllTheSame() throws Exception {
    Fixture a = node("a", QUICK);
    Fixture b = node("b", QUICK);
    Fixture c = node("c", QUICK);
    add(a, FIRST, 0);
    add(a, SECOND, 1);
    add(b, FIRST, 0);
    add(c, SECOND, 1);
    a.start();
    b.start();
    until(() -> a.isInSyncWith(b));
    // It is only at the second, where a looks if it misses somebody, or has met c there before.
    until(() -> standsBy(a, SECOND));
    c.start();
    assertThat(isIn(a, FIRST)).isTrue();

    // As it happens from time to time.
    Fixture d =
        node(
            "d",
            Map.of(
                "standInAfterMillis", 0L, "standByAfterMillis", 0L, "standByLookMillis", 1_000L));
    add(d, FIRST, 0);
    add(d, SECOND, 1);
    d.start();
    until(() -> d.isInSyncWith(a) && d.isInSyncWith(c));
    until(() -> !standsBy(d, SECOND));
  }

  @Test
  void whoIsMissedIsLookedForAtAll() throws Exception {
    Fixture a = node("a", QUICK);
    add(a, FIRST, 0);
    add(a, SECOND, 1);
    Fixture b = node("b", QUICK);
    Discovery atFirst = add(b, FIRST, 0);
    a.start();
    b.start();
    until(() -> a.isInSyncWith(b));
    until(() -> standsBy(a, SECOND));

    // A session needs no discovery; when it ends, there is somebody to look for.
    b.remove(atFirst);
    b.close();
    nodes.remove(b);
    until(() -> isIn(a, SECOND));
    assertThat(isIn(a, FIRST)).isTrue();
  }

  @Test
  void withoutPrioritiesAllAreUsed() {
    Fixture a = node("a", QUICK);
    a.add(network.discovery(FIRST), FIRST, true);
    a.add(network.discovery(SECOND), SECOND, "none at all");
    add(a, "third", 0);
    add(a, "fourth", 0);
    a.start();

    until(() -> isIn(a, FIRST) && isIn(a, SECOND) && isIn(a, "third") && isIn(a, "fourth"));
  }
}
