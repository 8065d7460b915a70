// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.support.status.Diagnosis;
import org.chroniclesync.support.status.Labels;
import org.chroniclesync.support.status.json.StatusJson;
import org.chroniclesync.support.status.json.WhyJson;
import org.jspecify.annotations.Nullable;

/** This device and the others. */
final class DeviceGroup implements Routes.Group {
  private final Services services;

  DeviceGroup(Services services) {
    this.services = services;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(Routes.PREFIX + "/devices", this::devices)
        .get(Routes.PREFIX + "/devices/{id}/why", this::why)
        .post(Routes.PREFIX + "/devices/{id}/rename", this::rename)
        .delete(Routes.PREFIX + "/devices/{id}", this::forget);
  }

  private void devices(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    NodeStatus status = services.node().status();
    Shapes shapes = new Shapes(services);
    DeviceCounts.Counted counted =
        status.store() == null ? new DeviceCounts.Counted(List.of(), true) : services.devices();
    ObjectNode root =
        Json.object()
            .put("self", status.self() == null ? null : status.self().value())
            .put("computer", self(status, shapes.labels()))
            .put("current", counted.current());
    root.set("profiles", shapes.devices(counted.devices()));
    root.set("nodes", nodes(status, shapes.labels()));
    exchange.json(root);
  }

  /** A person may have given this device a name, and another may have the same. */
  private static String self(NodeStatus status, Labels labels) {
    PeerId self = status.self();
    return self == null ? labels.computer() : labels.of(self);
  }

  private ArrayNode nodes(NodeStatus status, Labels labels) {
    Map<PeerId, PeerStatus> here = new LinkedHashMap<>();
    status.peers().forEach(peer -> here.put(peer.peer(), peer));
    ArrayNode array = Json.array();
    for (KnownDevice known : services.node().devices()) {
      array.add(node(known, here.remove(known.peer()), labels));
    }
    // One that has gone and is not known was forgotten, or never belonged to the account.
    here.values().stream()
        .filter(peer -> !(peer.state() instanceof PeerState.Gone))
        .forEach(
            peer ->
                array
                    .addObject()
                    .put("peer", peer.peer().value())
                    .put("label", labels.of(peer))
                    .put("node", peer.node())
                    .putNull("firstSeen")
                    .putNull("lastSeen")
                    .set("now", StatusJson.peer(peer, labels)));
    return array;
  }

  private static ObjectNode node(KnownDevice known, @Nullable PeerStatus now, Labels labels) {
    ObjectNode node =
        Json.object()
            .put("peer", known.peer().value())
            .put("label", labels.of(known))
            .put("node", known.node())
            .put("firstSeen", known.firstSeen().toString())
            .put("lastSeen", known.lastSeen().toString());
    node.set("now", now == null ? null : StatusJson.peer(now, labels));
    return node;
  }

  /** Why it is not connected, by what was tried. */
  private void why(Exchange exchange) throws IOException, InterruptedException {
    String id = exchange.variable("id");
    Node node = services.node();
    NodeStatus status = node.status();
    PeerStatus now =
        status.peers().stream()
            .filter(peer -> peer.peer().value().equals(id))
            .findFirst()
            .orElse(null);
    PeerId peer =
        Stream.concat(
                Stream.ofNullable(now).map(PeerStatus::peer),
                node.devices().stream().map(KnownDevice::peer))
            .filter(one -> one.value().equals(id))
            .findFirst()
            .orElseThrow(DeviceGroup::noSuch);
    PeerView view = exchange.flag("ask") && Diagnosis.isOpen(now) ? node.view(peer) : null;
    List<PeerAttempt> attempts = node.attempts(peer);
    exchange.json(
        WhyJson.of(
            peer,
            now,
            Labels.of(services.namesOrNull(), status),
            Diagnosis.of(status, now, attempts, view),
            attempts,
            view));
  }

  private static Problem noSuch() {
    return Problem.unknown(
        Code.DEVICE_GONE, "There is no such device in the list.", "Load the list again.");
  }

  private void rename(Exchange exchange)
      throws IOException, StorageException, InterruptedException {
    String name = Body.of(exchange.body(), "name").text("name", DeviceName.MAX_CHARS);
    services.readable();
    try {
      services.names().rename(device(exchange), name == null ? "" : name.strip());
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.NAME_REFUSED, e);
    }
    exchange.nothing();
  }

  private static DeviceId device(Exchange exchange) {
    try {
      return new DeviceId(exchange.variable("id"));
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.DEVICE_GONE, e);
    }
  }

  private void forget(Exchange exchange) {
    String id = exchange.variable("id");
    boolean known =
        id.length() <= Bounds.MAX_ID_CHARS
            && services.node().devices().stream()
                .map(KnownDevice::peer)
                .filter(peer -> peer.value().equals(id))
                .findFirst()
                .map(services.node()::forget)
                .orElse(false);
    if (!known) {
      throw noSuch();
    }
    exchange.nothing();
  }
}
