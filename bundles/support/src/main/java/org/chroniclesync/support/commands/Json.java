// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.page.Page;
import org.chroniclesync.api.page.Sharing;
import org.chroniclesync.api.pairing.Invitation;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.api.sync.SharedServices;
import org.chroniclesync.support.status.Diagnosis;
import org.chroniclesync.support.status.Labels;
import org.chroniclesync.support.status.json.DeletionJson;
import org.chroniclesync.support.status.json.ShareJson;
import org.chroniclesync.support.status.json.StatusJson;
import org.chroniclesync.support.status.json.WhyJson;
import org.jspecify.annotations.Nullable;

/** The same answers as the texts, for programs. One line; nothing in it that a terminal obeys. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  static String status(NodeStatus status, Labels labels) {
    return line(StatusJson.of(status, labels));
  }

  static String peers(List<PeerStatus> peers, Labels labels) {
    return line(StatusJson.peers(peers, labels));
  }

  static String why(
      PeerId id,
      @Nullable PeerStatus peer,
      Labels labels,
      Diagnosis diagnosis,
      List<PeerAttempt> attempts,
      @Nullable PeerView view) {
    return line(WhyJson.of(id, peer, labels, diagnosis, attempts, view));
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
                .put("label", labels.of(one))
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
          StatusJson.device(one.device())
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
        .put("lastVisitMillis", plain(hit.lastVisitMillis()));
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
    root.set("status", StatusJson.of(status, labels));
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
        .put("visitTime", plain(entry.visitTimeMillis()))
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
        .forEach(one -> devices.add(StatusJson.device(one.device()).put("entries", one.entries())));
    return line(root);
  }

  static String deletion(Deletion deletion, Labels labels) {
    return line(DeletionJson.of(deletion, labels));
  }

  static String deletions(List<Deletion> deletions, Labels labels) {
    ArrayNode root = NODES.arrayNode();
    deletions.forEach(one -> root.add(DeletionJson.of(one, labels)));
    return line(root);
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

  static String services(List<SharedServices.Shared> all) {
    ArrayNode root = NODES.arrayNode();
    all.forEach(one -> root.addObject().put("url", one.url()).put("priority", one.priority()));
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

  static String share(Sharing.State state) {
    return line(ShareJson.of(state));
  }

  static String link(Page.Link link) {
    return line(
        NODES
            .objectNode()
            .put("address", link.address().toString())
            .put("until", link.until().toString()));
  }

  /** Scripts compare times as text, which an exponent spoils. */
  private static BigDecimal plain(double millis) {
    BigDecimal exact = BigDecimal.valueOf(millis).stripTrailingZeros();
    return exact.scale() < 0 ? exact.setScale(0) : exact;
  }

  private static String line(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of values could not be written", e);
    }
  }
}
