// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.message.MessageCodec;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.handler.standard.HistoryHandler;
import org.chroniclesync.testkits.network.MemoryDiscovery;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.network.Passage;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The status tells how each part does, and nothing is in sync while anything waits. */
@Timeout(600)
class HealthTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Fixture> nodes = new ArrayList<>();
  private final FaultyStore storeA = TestStores.inMemory();
  private final FaultyStore storeB = TestStores.inMemory();

  @AfterEach
  void stop() throws Exception {
    for (Fixture node : nodes) {
      node.close();
    }
    until(() -> Fixture.threads("chroniclesync-") == 0);
    network.close();
  }

  // --- In sync ----------------------------------------------------------------------------------

  /** A part that no session can do without, by its kind. */
  private enum Needed {
    CODEC,
    HANDLER,
    IDENTITY,
    STORAGE;

    void takeFrom(Fixture node, Runnable meanwhile) {
      switch (this) {
        case CODEC -> {
          MessageCodec codec = node.codec();
          node.removeCodec(codec);
          meanwhile.run();
          node.addCodec(codec);
        }
        case HANDLER -> {
          node.removeHandlerOf("history");
          meanwhile.run();
          node.add("history", new HistoryHandler());
        }
        case IDENTITY -> node.withoutIdentity(meanwhile);
        case STORAGE -> {
          HistoryStore store = node.takeStore();
          meanwhile.run();
          node.add(store);
        }
      }
    }

    String kind() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsInSyncWithoutAPartThatAllSessionsNeed(Needed part) throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    part.takeFrom(
        a,
        () -> {
          merge(storeA, 24);
          NodeStatus status = a.node.status();
          assertThat(status.troubles()).extracting(Part::kind).containsExactly(part.kind());
          assertThat(a.stateOf(b))
              .isEqualTo(new PeerState.HeldUp(trouble(status.troubles().get(0)).cause()));
        });

    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a) && a.troubles().isEmpty());
  }

  /** A discovery that breaks its promises throws on the loop on which the node decides. */
  @Test
  void whatTheNodeItselfFailsAtIsSaid() throws Exception {
    Fixture a = new Fixture(network, "a", "secret", storeA);
    MemoryDiscovery sound = network.discovery("odd");
    Discovery odd =
        (room, credentials, listener) -> {
          Membership membership = sound.join(room, credentials, listener);
          return (Membership)
              Proxy.newProxyInstance(
                  Membership.class.getClassLoader(),
                  new Class<?>[] {Membership.class},
                  (proxy, method, args) -> {
                    if (method.getName().equals("trickles")) {
                      throw new IllegalStateException("of the test");
                    }
                    return method.invoke(membership, args);
                  });
        };
    // No other, by which they might meet first.
    a.remove(a.discovery());
    a.add(odd, "odd");
    nodes.add(a.start());
    Fixture b = new Fixture(network, "b", "secret", storeB);
    b.remove(b.discovery());
    b.add(network.discovery("odd"), "odd");
    nodes.add(b.start());

    until(() -> a.troubles().contains("IllegalStateException: of the test"));
    assertThat(a.node.status().troubles())
        .anySatisfy(
            part -> {
              assertThat(part.kind()).isEqualTo("engine");
              assertThat(trouble(part).remedy()).contains("restart");
            });
  }

  @Test
  void aDiscoveryThatIsDownIsOneLineInTheLogWithTheRemedyAndOneWhenItIsBack() throws Exception {
    CompletableFuture<Consumer<DiscoveryEvent>> telling = new CompletableFuture<>();
    MemoryDiscovery sound = network.discovery("odd");
    Fixture a = new Fixture(network, "a", "secret", storeA);
    a.add(
        (room, credentials, listener) -> {
          telling.complete(listener);
          return sound.join(room, credentials, listener);
        },
        "odd");
    nodes.add(a.start());
    until(() -> a.node.status().troubles().isEmpty());
    String down = "The service does not answer. Start it.";
    List<String> lines;
    try (LogLines log = new LogLines(Health.class, Rooms.class, FailureLog.class)) {
      tell(telling.get(), new DiscoveryState.Waiting(down, Instant.now()));
      until(() -> log.lines("discovery odd").size() > 0);
      tell(telling.get(), new DiscoveryState.Joined(Instant.now()));
      until(() -> log.lines("Well again: discovery odd").size() > 0);
      lines = log.lines("odd");
    }
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).contains("WARN").contains(down);
    assertThat(a.node.status().failures())
        .anyMatch(
            failure ->
                failure.what().startsWith("Discovery odd: ") && failure.what().endsWith(down));
  }

  private static void tell(Consumer<DiscoveryEvent> listener, DiscoveryState state) {
    listener.accept(new DiscoveryEvent.StateChanged(state));
  }

  private static void merge(FaultyStore store, int count) {
    try {
      store.merge(Batch.of(visits("late", count)));
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void nothingIsInSyncWhileTheStorageCouldNotTakeAVisit() throws Exception {
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    storeB
        .dials()
        .checkWritable()
        .fails(
            () ->
                new StorageException(
                    StorageException.Kind.FAILED, "The folder is gone. Bring it back.", null));

    until(() -> b.stateOf(a) instanceof PeerState.HeldUp);
    assertThat(b.node.status().troubles())
        .containsExactly(
            new Part(
                "storage", "memory", new Part.Failed("The folder is gone.", "Bring it back.")));
    storeB.dials().checkWritable().works();
    until(() -> b.isInSyncWith(a) && b.troubles().isEmpty());
  }

  @Test
  void whatAMergeMetIsOverOnceTheStorageTakesItBack() throws Exception {
    Fixture a = node("a", storeA);
    storeA.dials().checkWritable().fails(HealthTest::full);
    storeA.dials().merge().fails(HealthTest::full);
    until(() -> a.troubles().contains("full"));
    assertThat(isMerged(a)).isFalse();

    storeA.dials().merge().works();
    storeA.dials().checkWritable().works();

    until(() -> a.troubles().isEmpty());
    assertThat(entries(storeA)).isEmpty();
  }

  private static StorageException full() {
    return new StorageException(StorageException.Kind.FULL, "The disk is full. Make space.", null);
  }

  private static boolean isMerged(Fixture node) throws Exception {
    try {
      node.node.merge(Batch.of(visits("a", 1)));
      return true;
    } catch (StorageException e) {
      return false;
    }
  }

  @Test
  void aStrangerWhoSaysNothingIsConnectingAndNotSyncing() throws Exception {
    network.middle(passage -> {});
    Fixture a = node("a", storeA);
    Fixture b = node("b", storeB);

    until(() -> a.knows(b) && a.status(b).transport() != null);

    assertThat(a.stateOf(b)).isEqualTo(new PeerState.Connecting());
    network.middle(Passage::go);
  }

  // --- Parts of others --------------------------------------------------------------------------

  private static final Part OIL = new Part("oil", "", new Part.Degraded("It is low.", "Fill up."));

  @Test
  void whatOthersReportIsShownUntilTheyLeave() throws Exception {
    Fixture a = node("a", storeA);
    PartReporter reporter = () -> List.of(OIL);
    a.add(reporter);

    until(() -> a.node.status().troubles().equals(List.of(OIL)));

    a.remove(reporter);
    until(() -> a.troubles().isEmpty());
  }

  @Test
  void aReporterWhosePartsChangeIsAskedAtOnce() throws Exception {
    Fixture a =
        new Fixture(network, "a", storeA, Clock.systemUTC(), Map.of("healthPeriodMillis", 60_000L));
    nodes.add(a);
    List<Part> parts = new CopyOnWriteArrayList<>();
    CompletableFuture<Runnable> changed = new CompletableFuture<>();
    a.add(
        new PartReporter() {
          @Override
          public List<Part> parts() {
            return List.copyOf(parts);
          }

          @Override
          public void watch(Runnable told) {
            changed.complete(told);
          }
        });
    Runnable told = changed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    parts.add(OIL);
    told.run();

    until(() -> a.node.status().troubles().equals(List.of(OIL)));
  }

  @Test
  void aReporterThatFailsCostsItselfAndNoOther() throws Exception {
    Fixture a = node("a", storeA);
    a.add(
        (PartReporter)
            () -> {
              throw new NoClassDefFoundError("of the test");
            });
    a.add((PartReporter) () -> Collections.nCopies(1_000_000, OIL));

    until(() -> a.node.status().troubles().contains(OIL));
    until(() -> a.troubles().contains("NoClassDefFoundError: of the test"));
    assertThat(a.node.status().troubles()).hasSize(2);
  }

  @Test
  void aReporterThatHangsCostsItselfAndNoOther() throws Exception {
    Fixture a = node("a", storeA);
    CountDownLatch hang = new CountDownLatch(1);
    a.add(
        (PartReporter)
            () -> {
              try {
                hang.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return List.of();
            });
    a.add((PartReporter) () -> List.of(OIL));

    until(() -> a.troubles().contains("It does not answer"));
    until(() -> a.node.status().troubles().contains(OIL));
    hang.countDown();
    until(() -> a.node.status().troubles().equals(List.of(OIL)));
  }

  @Test
  void aReporterThatIsNotThereYetIsNamed() throws Exception {
    Fixture a = node("a", storeA);
    CountDownLatch activation = new CountDownLatch(1);
    PartReporter reporter = () -> List.of(OIL);
    a.add(
        reporter,
        Map.of("component.name", "org.example.Slow"),
        () -> {
          try {
            activation.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return reporter;
        });

    until(
        () ->
            a.node.status().troubles().stream()
                .anyMatch(part -> part.name().equals("org.example.Slow")));
    activation.countDown();
    until(() -> a.node.status().troubles().equals(List.of(OIL)));
  }

  @Test
  void ofTwoThatSpeakOfTheSamePartTheWorseIsShown() throws Exception {
    Fixture a = node("a", storeA);
    Part failed = new Part("storage", "memory", new Part.Failed("It burns.", "Put it out."));

    a.add((PartReporter) () -> List.of(failed));

    until(() -> a.node.status().troubles().equals(List.of(failed)));
  }

  @Test
  void whatMayStillComeIsStarting() {
    Fixture a =
        new Fixture(network, "a", storeA, Clock.systemUTC(), Map.of("startGraceMillis", 60_000L));
    nodes.add(a);
    a.removeCodec(a.codec());

    assertThat(a.node.status().parts()).contains(new Part("codec", "", new Part.Starting()));
    assertThat(a.node.status().isStarting()).isTrue();
    assertThat(a.node.status().troubles()).isEmpty();
  }

  /** On a busy computer its bundle may only just have been made. */
  @Test
  void aReporterThatDoesNotAnswerYetIsStarting() {
    Fixture a =
        new Fixture(network, "a", storeA, Clock.systemUTC(), Map.of("startGraceMillis", 60_000L));
    nodes.add(a);
    a.start();
    CountDownLatch hang = new CountDownLatch(1);
    a.add(
        (PartReporter)
            () -> {
              try {
                hang.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return List.of(OIL);
            });

    until(() -> reported(a, Part.Starting.class));
    assertThat(a.node.status().troubles()).isEmpty();
    hang.countDown();
    until(() -> a.node.status().troubles().equals(List.of(OIL)));
  }

  private static boolean reported(Fixture node, Class<? extends Part.State> state) {
    return node.node.status().parts().stream()
        .anyMatch(part -> part.kind().equals("reporter") && state.isInstance(part.state()));
  }

  // --- The clock --------------------------------------------------------------------------------

  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  private Instant clock = NOON;
  private Duration passed = Duration.ZERO;
  private final ClockWatch watch = new ClockWatch(() -> clock, () -> passed.toNanos());

  private void pass(Duration time) {
    passed = passed.plus(time);
    clock = clock.plus(time);
  }

  private Part.State look() {
    return watch.parts().get(0).state();
  }

  @Test
  void aClockThatGoesIsWell() {
    pass(Duration.ofDays(400));

    assertThat(look()).isEqualTo(new Part.Well());
  }

  @Test
  void aClockThatIsAdjustedALittleIsWell() {
    for (int i = 0; i < 100; i++) {
      clock = clock.plusSeconds(299);
      assertThat(look()).isEqualTo(new Part.Well());
    }
  }

  @Test
  void aClockThatJumpsIsSaidUntilItIsBack() {
    clock = clock.plus(Duration.ofMinutes(125));
    assertThat(trouble(look()).cause()).contains("went forward by 2 h 5 min");
    pass(Duration.ofMinutes(30));
    assertThat(trouble(look()).cause()).contains("went forward by 2 h 5 min");

    clock = clock.minus(Duration.ofMinutes(125));

    assertThat(look()).isEqualTo(new Part.Well());
  }

  @Test
  void aClockThatGoesBackIsSaidForAnHour() {
    clock = clock.minus(Duration.ofMinutes(6));
    assertThat(trouble(look()).cause()).contains("went back by 6 min");

    pass(Duration.ofMinutes(61));

    assertThat(look()).isEqualTo(new Part.Well());
    pass(Duration.ofMinutes(61));
    assertThat(look()).isEqualTo(new Part.Well());
  }

  @Test
  void aClockThatJumpsIsInTheStatus() {
    SteppingClock stepping = new SteppingClock();
    Fixture a = new Fixture(network, "a", storeA, stepping, Map.of());
    nodes.add(a);
    a.start();
    assertThat(a.troubles()).isEmpty();

    stepping.step(Duration.ofHours(-3));

    until(() -> a.troubles().contains("went back by 3 h 0 min") || a.troubles().contains("2 h 59"));
    stepping.set(Duration.ZERO);
    until(() -> a.troubles().isEmpty());
  }

  private static Part.Trouble trouble(Part part) {
    return trouble(part.state());
  }

  private static Part.Trouble trouble(Part.State state) {
    return (Part.Trouble) state;
  }

  private Fixture node(String name, FaultyStore store) {
    Fixture fixture = new Fixture(network, name, "secret", store);
    nodes.add(fixture);
    return fixture.start();
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
  }
}
