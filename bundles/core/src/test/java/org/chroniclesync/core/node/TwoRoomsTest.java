// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The room of the nodes, and that of version 1, in which a stranger may be who knows its name. */
@Timeout(600)
class TwoRoomsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final RoomId NODES = new RoomId("r2." + "A".repeat(43));
  private static final RoomId VERSION_1 = new RoomId("AAAAAAAA");

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Fixture> nodes = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (Fixture node : nodes) {
      node.close();
    }
  }

  private Fixture node(String name, Clock clock, Map<String, Object> settings) {
    Fixture made = new Fixture(network, name, TestStores.inMemory(), clock, settings);
    nodes.add(made);
    return made;
  }

  private Fixture node(String name, Map<String, Object> settings) {
    return node(name, Clock.systemUTC(), settings);
  }

  /** Remembers which rooms are joined, and says what a test wants. */
  private static final class Listening implements Discovery {
    final Map<RoomId, Consumer<DiscoveryEvent>> joined = new ConcurrentHashMap<>();
    final List<RoomId> signalled = new CopyOnWriteArrayList<>();

    @Override
    public Membership join(RoomId room, Credentials self, Consumer<DiscoveryEvent> listener) {
      joined.put(room, listener);
      return new Membership() {
        @Override
        public void signal(PeerId peer, Signal signal) {
          signalled.add(room);
        }

        @Override
        public boolean trickles() {
          return true;
        }

        @Override
        public void close() {
          joined.remove(room);
        }
      };
    }

    void tell(RoomId room, DiscoveryState state) {
      tell(room, new DiscoveryEvent.StateChanged(state));
    }

    void tell(RoomId room, DiscoveryEvent event) {
      requireNonNull(joined.get(room)).accept(event);
    }
  }

  @Test
  void aNodeWithoutVersion1EntersTheNodesRoomOnly() {
    Listening discovery = new Listening();
    Fixture node = node("a", Map.of("legacy", "deny"));
    node.add(discovery, "listening");
    node.start();

    await().atMost(PATIENCE).until(() -> !discovery.joined.isEmpty());
    node.node.syncNow();
    assertThat(discovery.joined).containsOnlyKeys(NODES);
  }

  @Test
  void aNodeThatAllowsVersion1EntersBoth() {
    Listening discovery = new Listening();
    Fixture node = node("a", Map.of());
    node.add(discovery, "listening");
    node.start();

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(discovery.joined).containsOnlyKeys(NODES, VERSION_1));
  }

  @Test
  void aDiscoveryWithoutClientsOfVersion1EntersTheNodesRoomOnly() {
    Listening discovery = new Listening();
    Listening usual = new Listening();
    Fixture node = node("a", Map.of());
    node.add(discovery, "of nodes", true);
    node.add(usual, "usual");
    node.start();

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(usual.joined).containsOnlyKeys(NODES, VERSION_1));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(discovery.joined).containsOnlyKeys(NODES));
  }

  @Test
  void aPeerThatTwoDiscoveriesTellOfIsOnePeerInOneSession() {
    Fixture a = node("a", Map.of());
    Fixture b = node("b", Map.of());
    List.of(a, b).forEach(node -> node.add(network.discovery("other"), "other", true));
    a.start();
    b.start();
    await().atMost(PATIENCE).until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    assertThat(a.node.status().peers()).hasSize(1);
    a.remove(a.discovery());
    b.remove(b.discovery());
    await().atMost(PATIENCE).until(() -> a.node.status().discoveries().size() == 1);
    assertThat(a.isInSyncWith(b) && b.isInSyncWith(a)).isTrue();
  }

  /** A computer without a network has no fault. */
  @Test
  void aDiscoveryThatHasNothingToFindAnybodyByIsNotSaidToFail() {
    Listening discovery = new Listening();
    Fixture node = node("a", Map.of());
    node.add(discovery, "local", true);
    node.start();
    await().atMost(PATIENCE).until(() -> discovery.joined.containsKey(NODES));

    discovery.tell(NODES, new DiscoveryState.Idle("There is no network."));

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                node.node.status().parts().stream()
                    .anyMatch(
                        part ->
                            part.name().equals("local")
                                && part.state() instanceof Part.Paused paused
                                && paused.what().equals("There is no network.")));
    assertThat(node.node.status().failures()).isEmpty();
  }

  @Test
  void aPeerThatIsInBothIsOnePeer() {
    Fixture a = node("a", Map.of()).start();
    Fixture b = node("b", Map.of()).start();

    await().atMost(PATIENCE).until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    assertThat(a.node.status().peers()).hasSize(1);
  }

  /** As at a service that asks for no proofs: nobody sends signals where a stranger may be. */
  @Test
  void aNodeThatIsInBothIsSignalledToInTheNodesRoom() {
    network.patience(Duration.ofMillis(200));
    Listening discovery = new Listening();
    // The second sight must come within it, however busy the machine is.
    Fixture node = node("a", Map.of("offerGraceMillis", 3_000L));
    node.add(discovery, "listening");
    node.start();
    await().atMost(PATIENCE).until(() -> discovery.joined.size() == 2);
    PeerId peer = PeerId.ofNode("b");

    discovery.tell(VERSION_1, new DiscoveryEvent.PeerSeen(peer));
    discovery.tell(NODES, new DiscoveryEvent.PeerSeen(peer));
    await().atMost(PATIENCE).until(() -> discovery.signalled.contains(NODES));
    assertThat(discovery.signalled).containsOnly(NODES);

    discovery.tell(NODES, new DiscoveryEvent.PeerGone(peer));
    await().atMost(PATIENCE).until(() -> discovery.signalled.contains(VERSION_1));
  }

  @Test
  void aNodeThatIsInVersion1sRoomOnlyIsMetThere() {
    Listening discovery = new Listening();
    Fixture node = node("a", Map.of());
    node.add(discovery, "listening");
    node.start();
    await().atMost(PATIENCE).until(() -> discovery.joined.size() == 2);

    discovery.tell(VERSION_1, new DiscoveryEvent.PeerSeen(PeerId.ofNode("b")));
    await().atMost(PATIENCE).until(() -> discovery.signalled.contains(VERSION_1));
  }

  @Test
  void aNodeWithVersion1MeetsOneWithout() {
    Fixture a = node("a", Map.of("legacy", "deny")).start();
    Fixture b = node("b", Map.of()).start();

    await().atMost(PATIENCE).until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    assertThat(b.node.status().peers()).hasSize(1);
  }

  @Test
  void theStatusOfADiscoveryIsThatOfItsWorseRoomAndNamesIt() {
    Listening discovery = new Listening();
    Fixture node = node("a", Map.of());
    node.add(discovery, "listening");
    node.start();
    await().atMost(PATIENCE).until(() -> discovery.joined.size() == 2);

    discovery.tell(NODES, new DiscoveryState.Joined(Instant.now()));
    discovery.tell(VERSION_1, new DiscoveryState.Waiting("It is full.", Instant.now()));
    await().atMost(PATIENCE).until(() -> why(node).equals("In version 1's room: It is full."));

    discovery.tell(NODES, new DiscoveryState.Waiting("It is full.", Instant.now()));
    await().atMost(PATIENCE).until(() -> why(node).equals("It is full."));

    discovery.tell(VERSION_1, new DiscoveryState.Joined(Instant.now()));
    await().atMost(PATIENCE).until(() -> why(node).equals("In the nodes' room: It is full."));

    discovery.tell(NODES, new DiscoveryState.Joined(Instant.now()));
    await().atMost(PATIENCE).until(() -> state(node) instanceof DiscoveryState.Joined);
  }

  private static DiscoveryState state(Fixture node) {
    return node.node.status().discoveries().stream()
        .filter(discovery -> discovery.name().equals("listening"))
        .map(NodeStatus.DiscoveryStatus::state)
        .findFirst()
        .orElseThrow();
  }

  private static String why(Fixture node) {
    return state(node) instanceof DiscoveryState.Waiting waiting ? waiting.why() : "";
  }

  private static boolean saysThatItIsUnused(Fixture node) {
    return node.node.status().failures().stream()
        .anyMatch(
            failure -> failure.what().contains("set legacy of org.chroniclesync.core to deny"));
  }

  @Test
  void afterADayWithoutVersion1ItIsSaidThatItsRoomIsOfNoUse() {
    SteppingClock clock = new SteppingClock();
    Fixture a = node("a", clock, Map.of()).start();
    Fixture b = node("b", clock, Map.of()).start();
    await().atMost(PATIENCE).until(() -> a.isInSyncWith(b));

    clock.step(Duration.ofHours(23));
    a.node.syncNow();
    Fixture c = node("c", clock, Map.of()).start();
    await().atMost(PATIENCE).until(() -> a.isInSyncWith(c));
    assertThat(saysThatItIsUnused(a)).isFalse();

    clock.step(Duration.ofHours(1));
    a.node.syncNow();
    await().atMost(PATIENCE).until(() -> saysThatItIsUnused(a));
  }

  @Test
  void whereAClientOfVersion1WasThereNothingIsSaid() {
    SteppingClock clock = new SteppingClock();
    Fixture a = node("a", clock, Map.of()).start();
    try (LegacyPeer phone = new LegacyPeer(network, "phone", a.named("A", "secret"), List.of())) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> a.node.devices().stream().anyMatch(device -> device.peer().equals(phone.id)));
    }

    clock.step(Duration.ofDays(2));
    a.node.syncNow();
    Fixture b = node("b", clock, Map.of()).start();
    await().atMost(PATIENCE).until(() -> a.isInSyncWith(b));

    assertThat(saysThatItIsUnused(a)).isFalse();
  }
}
