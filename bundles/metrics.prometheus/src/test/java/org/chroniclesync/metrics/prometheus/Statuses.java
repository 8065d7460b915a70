// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import java.time.Instant;
import java.util.List;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.NodeStatus.DiscoveryStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.jspecify.annotations.Nullable;

/** What a node may say of itself. */
final class Statuses {
  private static final Instant START = Instant.ofEpochSecond(1_700_000_000);

  private Statuses() {}

  /** A node to which all happens at once. */
  static NodeStatus eventful() {
    return new NodeStatus(
        START,
        new PeerId("node.self"),
        new StoreState(new FeedId("feed"), 120, 100, 7),
        List.of(
            new StorageStatus("sqlite", true, new StorageStatus.Role.InUse(null)),
            new StorageStatus("journal", true, new StorageStatus.Role.StandingBy(20))),
        List.of(
            new Part("storage", "sqlite", new Part.Well()),
            new Part("importer", "/home/ada/.config/chromium", new Part.Well()),
            new Part("importer", "/home/ada/.mozilla", new Part.Failed("Gone.", "Look."))),
        List.of(
            new DiscoveryStatus("websocket", new DiscoveryState.Joined(START)),
            new DiscoveryStatus("websocket", new DiscoveryState.Joined(START)),
            new DiscoveryStatus("mine \"\\\n", new DiscoveryState.Left())),
        List.of(
            peer("node.a", true, new PeerState.Syncing(3, 10)),
            peer("node.b", true, new PeerState.InSync(START)),
            peer("stranger", false, new PeerState.Refused("No."))),
        List.of());
  }

  static NodeStatus empty() {
    return new NodeStatus(START, null, null, List.of(), List.of(), List.of(), List.of(), List.of());
  }

  /** A node with peers of those ids, which all belong to the account. */
  static NodeStatus withPeers(List<String> ids) {
    return new NodeStatus(
        START,
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        ids.stream().map(id -> peer(id, true, new PeerState.Connecting())).toList(),
        List.of());
  }

  private static PeerStatus peer(String id, boolean known, PeerState state) {
    @Nullable Device device =
        known ? new Device(new DeviceId("device-" + id), "Ada's laptop", "", "", "") : null;
    return new PeerStatus(
        new PeerId(id),
        device,
        "webrtc",
        null,
        known,
        state,
        new PeerStatus.Traffic(1_000, 2_000, 30, 40, 5, 6),
        null);
  }
}
