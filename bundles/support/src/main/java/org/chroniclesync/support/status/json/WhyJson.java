// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Candidate;
import org.chroniclesync.support.status.Diagnosis;
import org.chroniclesync.support.status.Labels;
import org.jspecify.annotations.Nullable;

/** Why a device is not connected, for programs of the owner alone: it has private addresses. */
public final class WhyJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private WhyJson() {}

  /** Returns what was found, the attempts that it was found by, and the other's view if asked. */
  public static ObjectNode of(
      PeerId id,
      @Nullable PeerStatus peer,
      Labels labels,
      Diagnosis diagnosis,
      List<PeerAttempt> attempts,
      @Nullable PeerView view) {
    ObjectNode root = NODES.objectNode().put("peer", id.value());
    if (peer == null) {
      root.putNull("status");
    } else {
      root.set("status", StatusJson.peer(peer, labels));
    }
    ArrayNode findings = root.putArray("findings");
    diagnosis
        .findings()
        .forEach(
            one ->
                findings
                    .addObject()
                    .put("code", word(one.code()))
                    .put("what", one.what())
                    .put("remedy", one.remedy()));
    ArrayNode all = root.putArray("attempts");
    attempts.forEach(one -> all.add(attempt(one)));
    if (view != null) {
      root.set("view", view(view));
    }
    return root;
  }

  private static ObjectNode view(PeerView view) {
    ObjectNode node = NODES.objectNode();
    if (view instanceof PeerView.Told told) {
      node.put("state", "told").put("at", told.at().toString());
      ArrayNode all = node.putArray("attempts");
      told.attempts().forEach(one -> all.add(attempt(one)));
    } else if (view instanceof PeerView.Unasked unasked) {
      node.put("state", word(unasked.why()));
    } else {
      node.put("state", "silent");
    }
    return node;
  }

  private static ObjectNode attempt(PeerAttempt attempt) {
    AttemptReport report = attempt.report();
    ObjectNode node =
        NODES
            .objectNode()
            .put("transport", attempt.transport())
            .put("startedAt", report.startedAt().toString())
            .put("endedAt", attempt.endedAt() == null ? null : attempt.endedAt().toString())
            .put("offers", report.offers())
            .put("stage", word(report.stage()))
            .put("failure", attempt.failure());
    node.set("own", candidates(report.own()));
    node.set("peers", candidates(report.peers()));
    ArrayNode pairs = node.putArray("pairs");
    for (AttemptReport.Pair pair : report.pairs()) {
      Candidate own = pair.own();
      ObjectNode one = pairs.addObject();
      if (own == null) {
        one.putNull("own");
      } else {
        one.set("own", candidate(own));
      }
      one.set("peers", candidate(pair.peers()));
      one.put("state", word(pair.state()))
          .put("sent", pair.sent())
          .put("answered", pair.answered())
          .put("received", pair.received())
          .put("why", pair.why());
    }
    ArrayNode problems = node.putArray("problems");
    report
        .problems()
        .forEach(
            one ->
                problems
                    .addObject()
                    .put("server", one.server())
                    .put("code", one.code())
                    .put("text", one.text()));
    return node;
  }

  private static ArrayNode candidates(List<Candidate> candidates) {
    ArrayNode array = NODES.arrayNode();
    candidates.forEach(one -> array.add(candidate(one)));
    return array;
  }

  private static ObjectNode candidate(Candidate candidate) {
    return NODES
        .objectNode()
        .put("kind", word(candidate.kind()))
        .put("protocol", candidate.protocol())
        .put("address", candidate.address());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
