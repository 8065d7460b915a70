// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.page.Page;
import org.chroniclesync.api.pairing.Invitation;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.support.status.Labels;
import org.chroniclesync.support.status.StateNames;
import org.jspecify.annotations.Nullable;

/** The same answers as the texts, for programs. One line; nothing in it that a terminal obeys. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  private static ObjectNode storage(StorageStatus storage) {
    ObjectNode node = NODES.objectNode();
    node.put("type", storage.type()).put("durable", storage.durable());
    if (storage.role() instanceof StorageStatus.Role.StandingBy standingBy) {
      return node.put("role", "standing by").put("left", standingBy.left());
    }
    if (storage.role() instanceof StorageStatus.Role.PassedOver) {
      return node.put("role", "passed over");
    }
    return node.put("role", "in use")
        .put("copiedFrom", ((StorageStatus.Role.InUse) storage.role()).copiedFrom());
  }

  static String status(NodeStatus status, Labels labels) {
    return line(statusNode(status, labels));
  }

  private static ObjectNode statusNode(NodeStatus status, Labels labels) {
    ObjectNode root = NODES.objectNode();
    root.put("startedAt", status.startedAt().toString());
    root.put("self", status.self() == null ? null : status.self().value());
    root.put("computer", labels.computer());
    StoreState store = status.store();
    if (store != null) {
      root.putObject("store")
          .put("head", store.head())
          .put("entries", store.entries())
          .put("tombstones", store.tombstones());
    }
    ArrayNode storages = root.putArray("storages");
    status.storages().forEach(storage -> storages.add(storage(storage)));
    ArrayNode parts = root.putArray("parts");
    status.parts().forEach(part -> parts.add(part(part)));
    ArrayNode discoveries = root.putArray("discoveries");
    status
        .discoveries()
        .forEach(one -> discoveries.addObject().put("name", one.name()).setAll(state(one.state())));
    ArrayNode peers = root.putArray("peers");
    status.peers().forEach(peer -> peers.add(peer(peer, labels)));
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

  private static ObjectNode part(Part part) {
    ObjectNode node = NODES.objectNode();
    node.put("kind", part.kind())
        .put("name", part.name())
        .put("state", StateNames.of(part.state()));
    if (part.state() instanceof Part.Paused paused) {
      return node.put("cause", paused.what()).put("remedy", paused.remedy());
    }
    return part.state() instanceof Part.Trouble trouble
        ? node.put("cause", trouble.cause()).put("remedy", trouble.remedy())
        : node;
  }

  static String peers(List<PeerStatus> peers, Labels labels) {
    ArrayNode root = NODES.arrayNode();
    peers.forEach(peer -> root.add(peer(peer, labels)));
    return line(root);
  }

  /** Words of an account are never in it; those of a code are, which is shown to be entered. */
  static String invitation(@Nullable Invitation invitation) {
    ObjectNode root = NODES.objectNode();
    if (invitation == null) {
      return line(root.put("state", "none"));
    }
    root.put("until", invitation.until().toString());
    Invitation.State state = invitation.state();
    if (state instanceof Invitation.State.Open) {
      root.put("state", "open").put("code", invitation.code());
    } else if (state instanceof Invitation.State.Meeting) {
      root.put("state", "meeting");
    } else if (state instanceof Invitation.State.Given given) {
      root.put("state", "given").put("device", given.device());
    } else if (state instanceof Invitation.State.Ended ended) {
      root.put("state", "ended").put("why", ended.why());
    }
    return line(root);
  }

  static String known(List<KnownDevice> devices, Labels labels) {
    ArrayNode root = NODES.arrayNode();
    devices.forEach(
        one ->
            root.addObject()
                .put("peer", one.peer().value())
                .put("node", one.node())
                .put("name", one.name())
                .put("computer", labels.computer(one.peer()))
                .put("firstSeen", one.firstSeen().toString())
                .put("lastSeen", one.lastSeen().toString()));
    return line(root);
  }

  static String devices(List<DeviceSummary> devices, Labels labels) {
    ArrayNode root = NODES.arrayNode();
    Map<DeviceId, String> shown = labels.of(devices);
    for (DeviceSummary one : devices) {
      DeviceName name = labels.name(one.device().id());
      root.add(
          device(one.device())
              .put("label", shown.get(one.device().id()))
              .put("name", name.name())
              .put("computer", name.computer())
              .put("profile", name.profile())
              .put("entries", one.entries()));
    }
    return line(root);
  }

  static String results(SearchResults results, Labels labels) {
    ObjectNode root = NODES.objectNode();
    ArrayNode hits = root.putArray("hits");
    results.hits().forEach(hit -> hits.add(hit(hit, labels)));
    Continuation continuation = results.continuation();
    root.put("continuation", continuation == null ? null : continuation.toString());
    ArrayNode unknown = root.putArray("unknownWords");
    results
        .unknownWords()
        .forEach(word -> unknown.addObject().put("word", word.word()).put("near", word.near()));
    return line(root);
  }

  private static ObjectNode hit(Hit hit, Labels labels) {
    ObjectNode node = NODES.objectNode();
    node.put("url", hit.url())
        .put("title", hit.title())
        .put("visits", hit.visits())
        .put("lastVisitMillis", hit.lastVisitMillis());
    ArrayNode devices = node.putArray("devices");
    hit.devices()
        .forEach(
            device ->
                devices
                    .addObject()
                    .put("deviceId", device.id().value())
                    .put("label", labels.of(device))
                    .put("browser", device.browserName())
                    .put("platform", device.platform()));
    return node.put("score", hit.score()).put("snippet", hit.snippet());
  }

  static String entries(List<Entry> entries, Labels labels) {
    ArrayNode root = NODES.arrayNode();
    entries.forEach(one -> root.add(labelled(one, labels)));
    return line(root);
  }

  static String entry(Entry entry, Labels labels) {
    return line(labelled(entry, labels));
  }

  private static ObjectNode labelled(Entry entry, Labels labels) {
    return entry(entry).put("device", labels.of(entry.device()));
  }

  static String result(Hit hit, Labels labels) {
    return line(hit(hit, labels));
  }

  static String seen(Entry entry, Labels labels) {
    ObjectNode root = NODES.objectNode().put("event", "visit");
    root.set("visit", labelled(entry, labels));
    return line(root);
  }

  static String gone(EntryId visit) {
    return line(
        NODES
            .objectNode()
            .put("event", "deleted")
            .put("deviceId", visit.device().value())
            .put("visitId", visit.visitId()));
  }

  static String missed() {
    return line(NODES.objectNode().put("event", "missed"));
  }

  static String stateOf(NodeStatus status, Labels labels) {
    ObjectNode root = NODES.objectNode().put("event", "state");
    root.set("status", statusNode(status, labels));
    return line(root);
  }

  static String reports(List<FileImport.Report> reports, boolean dryRun) {
    ObjectNode root = NODES.objectNode().put("dryRun", dryRun);
    ArrayNode files = root.putArray("files");
    for (FileImport.Report report : reports) {
      DeviceId device = report.deviceId();
      ObjectNode node =
          files
              .addObject()
              .put("source", report.source())
              .put("format", report.format().isEmpty() ? null : report.format())
              .put("deviceId", device == null ? null : device.value())
              .put("imported", report.imported())
              .put("problem", report.problem());
      ObjectNode skipped = node.putObject("skipped");
      report.skipped().forEach((reason, count) -> skipped.put(reason.name(), count));
    }
    return line(root);
  }

  static String profiles(List<ProfileStatus> profiles) {
    ArrayNode root = NODES.arrayNode();
    profiles.forEach(one -> root.add(profile(one)));
    return line(root);
  }

  private static ObjectNode profile(ProfileStatus profile) {
    ObjectNode node = NODES.objectNode();
    DeviceId device = profile.deviceId();
    Instant lastRun = profile.lastRun();
    node.put("browser", profile.browser())
        .put("path", profile.path().toString())
        .put("deviceId", device == null ? null : device.value())
        .put("importedVisits", profile.importedVisits())
        .put("lastRun", lastRun == null ? null : lastRun.toString())
        .put("problem", profile.problem())
        .put("vanished", profile.vanished());
    ObjectNode skipped = node.putObject("skipped");
    profile.skipped().forEach((reason, count) -> skipped.put(reason.name(), count));
    return node;
  }

  private static ObjectNode entry(Entry entry) {
    return NODES
        .objectNode()
        .put("url", entry.url())
        .put("title", entry.title())
        .put("visitTime", entry.visitTimeMillis())
        .put("visitId", entry.visitId())
        .put("transition", entry.transition())
        .put("deviceId", entry.device().id().value());
  }

  static String preview(Preview preview) {
    ObjectNode root = NODES.objectNode();
    root.put("visits", preview.visits());
    root.put("pages", preview.pages());
    root.put("hosts", preview.hosts());
    ArrayNode devices = root.putArray("devices");
    preview
        .devices()
        .forEach(one -> devices.add(device(one.device()).put("entries", one.entries())));
    return line(root);
  }

  static String deletion(Deletion deletion) {
    return line(deletionNode(deletion));
  }

  static String deletions(List<Deletion> deletions) {
    ArrayNode root = NODES.arrayNode();
    deletions.forEach(one -> root.add(deletionNode(one)));
    return line(root);
  }

  private static ObjectNode deletionNode(Deletion deletion) {
    ObjectNode node = NODES.objectNode();
    Instant undoUntil = deletion.undoUntil();
    node.put("number", deletion.number());
    node.put("at", deletion.at().toString());
    node.put("visits", deletion.visits());
    node.put("state", deletion.state().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    node.put("undoUntil", undoUntil == null ? null : undoUntil.toString());
    node.put("problem", deletion.problem());
    node.set("holding", knownNodes(deletion.holding()));
    node.set("lacking", knownNodes(deletion.lacking()));
    return node;
  }

  private static ArrayNode knownNodes(List<KnownDevice> devices) {
    ArrayNode root = NODES.arrayNode();
    devices.forEach(
        one ->
            root.addObject()
                .put("peer", one.peer().value())
                .put("name", one.name())
                .put("lastSeen", one.lastSeen().toString()));
    return root;
  }

  private static ObjectNode device(Device device) {
    return NODES
        .objectNode()
        .put("deviceId", device.id().value())
        .put("platform", device.platform())
        .put("browserName", device.browserName())
        .put("browserVersion", device.browserVersion());
  }

  private static ObjectNode peer(PeerStatus peer, Labels labels) {
    ObjectNode node = NODES.objectNode();
    node.put("peer", peer.peer().value())
        .put("node", peer.node())
        .put("transport", peer.transport())
        .put("computer", labels.computer(peer.peer()))
        .put("transportNote", peer.transportNote());
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
    node.setAll(state(peer.state()));
    return node;
  }

  private static ObjectNode state(DiscoveryState state) {
    ObjectNode node = NODES.objectNode().put("state", StateNames.of(state));
    if (state instanceof DiscoveryState.Joined joined) {
      node.put("since", joined.since().toString());
    } else if (state instanceof DiscoveryState.Waiting waiting) {
      node.put("why", waiting.why()).put("retryAt", waiting.retryAt().toString());
    } else if (state instanceof DiscoveryState.Refused refused) {
      node.put("why", refused.why());
    }
    return node;
  }

  private static ObjectNode state(PeerState state) {
    ObjectNode node = NODES.objectNode().put("state", StateNames.of(state));
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
    return node;
  }

  static String rules(List<Rules.Standing> all) {
    ArrayNode root = NODES.arrayNode();
    for (Rules.Standing one : all) {
      root.addObject()
          .put("scope", RuleCommands.word(one.scope()))
          .put("kind", one.rule().kind().word())
          .put("text", one.rule().text());
    }
    return line(root);
  }

  static String judgement(Optional<Rule> leftOut, String kept) {
    return line(
        NODES
            .objectNode()
            .put("leftOutBy", leftOut.map(Rule::toString).orElse(null))
            .put("stored", leftOut.isPresent() ? null : kept));
  }

  static String outcome(Rules.Outcome outcome, boolean done, @Nullable Deletion deletion) {
    ObjectNode root = NODES.objectNode();
    root.put("done", done).put("visits", outcome.visits()).put("cut", outcome.cut());
    if (deletion != null) {
      root.put("deletion", deletion.number());
    }
    ObjectNode deleted = root.putObject("deleted");
    outcome.deleted().forEach((rule, count) -> deleted.put(rule.toString(), count));
    return line(root);
  }

  static String link(Page.Link link) {
    return line(
        NODES
            .objectNode()
            .put("address", link.address().toString())
            .put("until", link.until().toString()));
  }

  private static String line(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of values could not be written", e);
    }
  }
}
