// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.support.status.Labels;
import org.chroniclesync.support.status.StateNames;
import org.chroniclesync.support.status.Summary;

/**
 * What the shells print with {@code --json} and what the page's API answers. What a state says
 * beyond its name is there only in that state.
 */
public final class StatusJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private StatusJson() {}

  /** Returns the whole status. */
  public static ObjectNode of(NodeStatus status, Labels labels) {
    ObjectNode root = NODES.objectNode();
    Summary summary = Summary.of(status, labels);
    root.put("startedAt", status.startedAt().toString())
        .put("self", status.self() == null ? null : status.self().value())
        .put("computer", labels.computer());
    root.putObject("summary")
        .put("level", summary.level().name().toLowerCase(Locale.ROOT))
        .put("sentence", summary.sentence());
    StoreState store = status.store();
    if (store == null) {
      root.putNull("store");
    } else {
      root.putObject("store")
          .put("entries", store.entries())
          .put("tombstones", store.tombstones())
          .put("head", store.head());
    }
    ArrayNode storages = root.putArray("storages");
    status.storages().forEach(one -> storages.add(storage(one)));
    root.set("parts", parts(status.parts()));
    ArrayNode discoveries = root.putArray("discoveries");
    status.discoveries().forEach(one -> discoveries.add(discovery(one)));
    root.set("peers", peers(status.peers(), labels));
    ArrayNode failures = root.putArray("failures");
    status
        .failures()
        .forEach(
            one ->
                failures
                    .addObject()
                    .put("at", one.at().toString())
                    .put("what", one.what())
                    .put("times", one.times()));
    return root;
  }

  private static ObjectNode storage(StorageStatus storage) {
    ObjectNode node =
        NODES
            .objectNode()
            .put("type", storage.type())
            .put("durable", storage.durable())
            .put("role", StateNames.of(storage.role()));
    if (storage.role() instanceof StorageStatus.Role.StandingBy standingBy) {
      node.put("left", standingBy.left());
    } else if (storage.role() instanceof StorageStatus.Role.InUse inUse) {
      node.put("copiedFrom", inUse.copiedFrom());
    }
    return node;
  }

  /** Returns parts with cause and remedy, where there are some. */
  public static ArrayNode parts(List<Part> parts) {
    ArrayNode array = NODES.arrayNode();
    for (Part part : parts) {
      ObjectNode node =
          array
              .addObject()
              .put("kind", part.kind())
              .put("name", part.name())
              .put("state", StateNames.of(part.state()));
      if (part.state() instanceof Part.Paused paused) {
        node.put("cause", paused.what()).put("remedy", paused.remedy());
      } else if (part.state() instanceof Part.Trouble trouble) {
        node.put("cause", trouble.cause()).put("remedy", trouble.remedy());
      }
    }
    return array;
  }

  private static ObjectNode discovery(NodeStatus.DiscoveryStatus discovery) {
    DiscoveryState state = discovery.state();
    ObjectNode node =
        NODES.objectNode().put("name", discovery.name()).put("state", StateNames.of(state));
    if (state instanceof DiscoveryState.Joined joined) {
      node.put("since", joined.since().toString());
    } else if (state instanceof DiscoveryState.Waiting waiting) {
      node.put("why", waiting.why()).put("retryAt", waiting.retryAt().toString());
    } else if (state instanceof DiscoveryState.Refused refused) {
      node.put("why", refused.why());
    } else if (state instanceof DiscoveryState.Idle idle) {
      node.put("why", idle.why());
    } else if (state instanceof DiscoveryState.StandingBy standing) {
      node.put("why", standing.why());
    }
    return node;
  }

  /** Returns peers. */
  public static ArrayNode peers(List<PeerStatus> peers, Labels labels) {
    ArrayNode array = NODES.arrayNode();
    peers.forEach(one -> array.add(peer(one, labels)));
    return array;
  }

  /** Returns one peer. */
  public static ObjectNode peer(PeerStatus peer, Labels labels) {
    ObjectNode node = NODES.objectNode();
    node.put("peer", peer.peer().value())
        .put("label", labels.of(peer))
        .put("computer", labels.computer(peer.peer()))
        .put("node", peer.node())
        .put("state", StateNames.of(peer.state()))
        .put("sentence", Summary.sentence(peer, labels))
        .put("transport", peer.transport())
        .put("transportNote", peer.transportNote());
    Duration roundTrip = peer.roundTrip();
    node.put("roundTripMillis", roundTrip == null ? null : roundTrip.toMillis());
    addDetails(node, peer.state());
    Device device = peer.device();
    if (device != null) {
      node.set("device", device(device));
    }
    PeerStatus.Traffic traffic = peer.traffic();
    node.putObject("traffic")
        .put("bytesIn", traffic.bytesIn())
        .put("bytesOut", traffic.bytesOut())
        .put("entriesIn", traffic.entriesIn())
        .put("entriesOut", traffic.entriesOut())
        .put("refused", traffic.refused())
        .put("ignored", traffic.ignored());
    return node;
  }

  private static void addDetails(ObjectNode node, PeerState state) {
    if (state instanceof PeerState.Syncing syncing) {
      node.put("done", syncing.done()).put("total", syncing.total());
    } else if (state instanceof PeerState.HeldUp heldUp) {
      node.put("why", heldUp.why());
    } else if (state instanceof PeerState.InSync inSync) {
      node.put("since", inSync.since().toString());
    } else if (state instanceof PeerState.Unreachable unreachable) {
      node.put("why", unreachable.why()).put("retryAt", unreachable.retryAt().toString());
    } else if (state instanceof PeerState.Refused refused) {
      node.put("why", refused.why());
    } else if (state instanceof PeerState.Gone gone) {
      node.put("since", gone.since().toString());
    }
  }

  /** Returns what a device says of itself. */
  public static ObjectNode device(Device device) {
    return NODES
        .objectNode()
        .put("deviceId", device.id().value())
        .put("platform", device.platform())
        .put("browserName", device.browserName())
        .put("browserVersion", device.browserVersion());
  }
}
