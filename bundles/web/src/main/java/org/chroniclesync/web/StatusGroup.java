// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.support.status.Labels;
import org.chroniclesync.support.status.StateNames;
import org.jspecify.annotations.Nullable;

/** How the node is. */
final class StatusGroup implements Routes.Group {
  private final Services services;

  StatusGroup(Services services) {
    this.services = services;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(Routes.PREFIX + "/status", exchange -> exchange.json(status()))
        .post(
            Routes.PREFIX + "/sync",
            exchange -> {
              services.node().syncNow();
              exchange.nothing();
            });
  }

  ObjectNode status() throws InterruptedException {
    NodeStatus status = services.node().status();
    Labels labels = Labels.of(services.namesOrNull(), status);
    return json(status, labels);
  }

  static ObjectNode json(NodeStatus status, Labels labels) {
    ObjectNode root = Json.object();
    root.set("summary", Summary.of(status, labels).json());
    root.put("startedAt", status.startedAt().toString())
        .put("self", status.self() == null ? null : status.self().value())
        .put("computer", labels.computer());
    StoreState store = status.store();
    if (store == null) {
      root.putNull("store");
    } else {
      root.putObject("store")
          .put("visits", store.entries())
          .put("deleted", store.tombstones())
          .put("position", store.head());
    }
    ArrayNode storages = root.putArray("storages");
    status.storages().forEach(one -> storages.add(storage(one)));
    root.set("parts", parts(status.parts()));
    ArrayNode discoveries = root.putArray("discoveries");
    status.discoveries().forEach(one -> discoveries.add(discovery(one)));
    ArrayNode peers = root.putArray("peers");
    status.peers().forEach(one -> peers.add(peer(one, labels)));
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
    ObjectNode node = Json.object().put("type", storage.type()).put("durable", storage.durable());
    StorageStatus.Role role = storage.role();
    if (role instanceof StorageStatus.Role.StandingBy standingBy) {
      return node.put("role", "standing-by").put("left", standingBy.left());
    }
    if (role instanceof StorageStatus.Role.InUse inUse) {
      return node.put("role", "in-use").put("copiedFrom", inUse.copiedFrom());
    }
    return node.put("role", "passed-over");
  }

  static ArrayNode parts(List<Part> parts) {
    ArrayNode array = Json.array();
    for (Part part : parts) {
      ObjectNode node =
          array
              .addObject()
              .put("kind", part.kind())
              .put("name", part.name())
              .put("state", StateNames.of(part.state()));
      if (part.state() instanceof Part.Trouble trouble) {
        node.put("cause", trouble.cause()).put("remedy", trouble.remedy());
      }
    }
    return array;
  }

  private static ObjectNode discovery(NodeStatus.DiscoveryStatus discovery) {
    DiscoveryState state = discovery.state();
    ObjectNode node =
        Json.object().put("name", discovery.name()).put("state", StateNames.of(state));
    if (state instanceof DiscoveryState.Joined joined) {
      node.put("since", joined.since().toString());
    } else if (state instanceof DiscoveryState.Waiting waiting) {
      node.put("why", waiting.why()).put("retryAt", waiting.retryAt().toString());
    } else if (state instanceof DiscoveryState.Refused refused) {
      node.put("why", refused.why());
    }
    return node;
  }

  static ObjectNode peer(PeerStatus peer, Labels labels) {
    PeerState state = peer.state();
    ObjectNode node = Json.object();
    node.put("peer", peer.peer().value())
        .put("label", Summary.label(peer, labels))
        .put("node", peer.node())
        .put("state", StateNames.of(state))
        .put("sentence", Summary.sentence(peer, labels))
        .put("transport", peer.transport())
        .put("transportNote", peer.transportNote())
        .put("why", why(state));
    Instant since = since(state);
    node.put("since", since == null ? null : since.toString());
    if (state instanceof PeerState.Syncing syncing) {
      node.put("done", syncing.done()).put("total", syncing.total());
    } else if (state instanceof PeerState.Unreachable unreachable) {
      node.put("retryAt", unreachable.retryAt().toString());
    }
    PeerStatus.Traffic traffic = peer.traffic();
    node.putObject("traffic")
        .put("bytesIn", traffic.bytesIn())
        .put("bytesOut", traffic.bytesOut())
        .put("visitsIn", traffic.entriesIn())
        .put("visitsOut", traffic.entriesOut())
        .put("refused", traffic.refused())
        .put("ignored", traffic.ignored());
    return node;
  }

  private static @Nullable String why(PeerState state) {
    if (state instanceof PeerState.HeldUp heldUp) {
      return heldUp.why();
    }
    if (state instanceof PeerState.Unreachable unreachable) {
      return unreachable.why();
    }
    return state instanceof PeerState.Refused refused ? refused.why() : null;
  }

  private static @Nullable Instant since(PeerState state) {
    if (state instanceof PeerState.InSync inSync) {
      return inSync.since();
    }
    return state instanceof PeerState.Gone gone ? gone.since() : null;
  }
}
