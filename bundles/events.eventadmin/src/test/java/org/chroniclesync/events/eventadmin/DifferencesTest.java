// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.events.eventadmin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.NodeStatus.DiscoveryStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.junit.jupiter.api.Test;

/** Each change of state is told once, and nothing else is. */
class DifferencesTest {
  private static final Instant NOW = Instant.EPOCH;
  private static final Part WELL = new Part("storage", "sqlite", new Part.Well());
  private static final Part STARTING = new Part("storage", "sqlite", new Part.Starting());
  private static final Part FAILED =
      new Part("storage", "sqlite", new Part.Failed("The disk is full.", "Make room."));

  private final Differences differences = new Differences();

  @Test
  void theFirstStatusTellsHowEverythingIs() {
    NodeStatus status =
        status(
            List.of(storage("sqlite")),
            List.of(WELL),
            List.of(new DiscoveryStatus("websocket", new DiscoveryState.Joined(NOW))),
            List.of(peer(new PeerState.InSync(NOW))));

    assertThat(differences.to(status))
        .containsExactly(
            new Happening("node/RUNNING", Map.of()),
            new Happening(
                "storage/IN_USE", Map.of("storage.type", "sqlite", "storage.durable", true)),
            new Happening("discovery/UP", Map.of("discovery.name", "websocket")),
            new Happening("peer/IN_SYNC", Map.of("peer.id", "node.a", "transport", "webrtc")),
            new Happening("node/WELL", Map.of()));
    assertThat(differences.to(status)).isEmpty();
  }

  @Test
  void aPartIsToldWithItsRemedyAndOnceWhenItIsWellAgain() {
    differences.to(parts(WELL));

    assertThat(differences.to(parts(FAILED)))
        .containsExactly(
            new Happening(
                "part/FAILED",
                Map.of(
                    "part.kind", "storage",
                    "part.name", "sqlite",
                    "message", "The disk is full.",
                    "remedy", "Make room.")),
            new Happening("node/TROUBLED", Map.of()));
    assertThat(differences.to(parts(WELL)))
        .containsExactly(
            new Happening("part/WELL", Map.of("part.kind", "storage", "part.name", "sqlite")),
            new Happening("node/WELL", Map.of()));
  }

  @Test
  void whatStartsIsAsItWasUntilItIsKnown() {
    assertThat(topics(differences.to(parts(STARTING)))).containsExactly("node/RUNNING");
    assertThat(topics(differences.to(parts(FAILED))))
        .containsExactly("part/FAILED", "node/TROUBLED");
    assertThat(differences.to(parts(STARTING))).isEmpty();
    assertThat(differences.to(parts(FAILED))).isEmpty();
  }

  @Test
  void aPartThatIsNoLongerThereIsNoLongerTroubled() {
    differences.to(parts(FAILED));

    assertThat(topics(differences.to(parts()))).containsExactly("part/WELL", "node/WELL");
  }

  @Test
  void aPartThatDoesWorseIsToldAgain() {
    differences.to(parts(new Part("clock", "", new Part.Degraded("It jumped.", "Look."))));

    assertThat(
            topics(
                differences.to(
                    parts(new Part("clock", "", new Part.Failed("It stands.", "Look."))))))
        .containsExactly("part/FAILED");
  }

  @Test
  void eachStateOfAPeerIsToldOnceWhateverItsNumbers() {
    differences.to(peers(new PeerState.Connecting()));

    assertThat(topics(differences.to(peers(new PeerState.Syncing(1, 10)))))
        .containsExactly("peer/SYNCING");
    assertThat(differences.to(peers(new PeerState.Syncing(9, 10)))).isEmpty();
    assertThat(topics(differences.to(peers(new PeerState.InSync(NOW)))))
        .containsExactly("peer/IN_SYNC");
    assertThat(topics(differences.to(peers(new PeerState.HeldUp("No storage runs.")))))
        .containsExactly("peer/HELD_UP");
    assertThat(topics(differences.to(peers(new PeerState.Unreachable("No way.", NOW)))))
        .containsExactly("peer/UNREACHABLE");
    assertThat(differences.to(peers(new PeerState.Unreachable("No way.", NOW.plusSeconds(1)))))
        .isEmpty();
    assertThat(topics(differences.to(peers(new PeerState.Refused("Other words.")))))
        .containsExactly("peer/REFUSED");
    assertThat(topics(differences.to(peers(new PeerState.Gone(NOW))))).containsExactly("peer/GONE");
    assertThat(differences.to(parts()))
        .containsExactly(new Happening("peer/FORGOTTEN", Map.of("peer.id", "node.a")));
  }

  @Test
  void anotherStorageInUseIsToldWithTheOneBefore() {
    differences.to(status(List.of(storage("sqlite")), List.of(), List.of(), List.of()));

    assertThat(
            topics(
                differences.to(
                    status(List.of(storage("journal")), List.of(), List.of(), List.of()))))
        .containsExactly("storage/OUT_OF_USE", "storage/IN_USE");
    assertThat(differences.to(parts()))
        .containsExactly(new Happening("storage/OUT_OF_USE", Map.of("storage.type", "journal")));
  }

  @Test
  void ofTwoDiscoveriesWithOneNameTheOneThatIsDownCounts() {
    DiscoveryStatus up = new DiscoveryStatus("websocket", new DiscoveryState.Joined(NOW));
    DiscoveryStatus down =
        new DiscoveryStatus("websocket", new DiscoveryState.Waiting("No answer.", NOW));
    assertThat(topics(differences.to(discoveries(up, up))))
        .containsExactly("node/RUNNING", "discovery/UP", "node/WELL");

    assertThat(differences.to(discoveries(up, down)))
        .isEqualTo(
            List.of(
                new Happening(
                    "discovery/DOWN",
                    Map.of("discovery.name", "websocket", "message", "No answer."))));
    assertThat(differences.to(discoveries(down, up))).isEmpty();
    assertThat(topics(differences.to(discoveries(up, up)))).containsExactly("discovery/UP");
    assertThat(
            differences.to(
                discoveries(new DiscoveryStatus("websocket", new DiscoveryState.Joining()))))
        .isEmpty();
    assertThat(topics(differences.to(discoveries()))).containsExactly("discovery/GONE");
  }

  @Test
  void theEndIsToldIfTheBeginningWas() {
    assertThat(differences.toNothing()).isEmpty();
    differences.to(parts());
    assertThat(topics(differences.toNothing())).containsExactly("node/STOPPED");
  }

  private static List<String> topics(List<Happening> happenings) {
    return happenings.stream().map(Happening::topic).toList();
  }

  private static NodeStatus parts(Part... parts) {
    return status(List.of(), List.of(parts), List.of(), List.of());
  }

  private static NodeStatus discoveries(DiscoveryStatus... discoveries) {
    return status(List.of(), List.of(), List.of(discoveries), List.of());
  }

  private static NodeStatus peers(PeerState state) {
    return status(List.of(), List.of(), List.of(), List.of(peer(state)));
  }

  private static StorageStatus storage(String type) {
    return new StorageStatus(type, true, new StorageStatus.Role.InUse(null));
  }

  private static PeerStatus peer(PeerState state) {
    return new PeerStatus(
        new PeerId("node.a"),
        null,
        "webrtc",
        null,
        true,
        state,
        new PeerStatus.Traffic(0, 0, 0, 0, 0, 0),
        null);
  }

  private static NodeStatus status(
      List<StorageStatus> storages,
      List<Part> parts,
      List<DiscoveryStatus> discoveries,
      List<PeerStatus> peers) {
    return new NodeStatus(NOW, null, null, storages, parts, discoveries, peers, List.of());
  }
}
