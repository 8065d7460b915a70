// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.chroniclesync.api.discovery.PeerId;

/** What the service says, as JSON. */
final class Reply {
  static final String PONG = "{\"type\":\"pong\"}";

  private Reply() {}

  static String challenge(Challenge challenge) {
    return "{\"type\":\"challenge\",\"nonce\":\"" + challenge.nonce() + "\"}";
  }

  static String peers(Collection<PeerId> peers) {
    return peers.stream()
        .map(Reply::quoted)
        .collect(Collectors.joining(",", "{\"type\":\"peers\",\"peers\":[", "]}"));
  }

  static String joined(PeerId peer) {
    return "{\"type\":\"peer-joined\",\"peerId\":" + quoted(peer) + "}";
  }

  static String left(PeerId peer) {
    return "{\"type\":\"peer-left\",\"peerId\":" + quoted(peer) + "}";
  }

  /** The signal was parsed as one JSON object before, so nothing can be smuggled in beside it. */
  static String signal(PeerId sender, String signal) {
    return "{\"type\":\"signal\",\"peerId\":" + quoted(sender) + ",\"signal\":" + signal + "}";
  }

  /** The troubles are sentences of ours. */
  static String health(Rooms.Count count, long uptimeMillis, List<String> troubles) {
    String said =
        troubles.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(","));
    return "{\"status\":\""
        + (troubles.isEmpty() ? "ok" : "degraded")
        + "\",\"rooms\":"
        + count.rooms()
        + ",\"peers\":"
        + count.peers()
        + ",\"uptimeMillis\":"
        + uptimeMillis
        + (troubles.isEmpty() ? "" : ",\"troubles\":[" + said + "]")
        + "}";
  }

  private static String quoted(PeerId peer) {
    return "\""
        + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(peer.value()))
        + "\"";
  }
}
