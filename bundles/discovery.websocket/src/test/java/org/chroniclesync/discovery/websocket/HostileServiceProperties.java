// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.testkits.mutations.Mutations;

/**
 * What a service, and strangers through it, say to a node, changed at random. For more than the
 * thousand that the build takes: {@code -Djqwik.tries.default=1000000}.
 */
class HostileServiceProperties {
  private static final List<String> MESSAGES =
      List.of(
          "{\"type\":\"challenge\",\"nonce\":\"" + "A".repeat(43) + "\"}",
          "{\"type\":\"peers\",\"peers\":[\"ab557zwo-7\",\"node.b\",\"\u00fc\"]}",
          "{\"type\":\"peer-joined\",\"peerId\":\"node.b\"}",
          "{\"type\":\"peer-left\",\"peerId\":\"node.b\"}",
          "{\"type\":\"pong\"}",
          "{\"type\":\"signal\",\"peerId\":\"ab557zwo-7\",\"signal\":{\"type\":\"offer\",\"sdp\":"
              + "\"v=0\\r\\no=- 4611731400430051336 2 IN IP4 127.0.0.1\\r\\n\",\"node\":true}}",
          "{\"type\":\"signal\",\"peerId\":\"b\",\"signal\":{\"type\":\"answer\",\"sdp\":\"v=0\"}}",
          "{\"type\":\"signal\",\"peerId\":\"b\",\"signal\":{\"type\":\"candidate\",\"candidate\":{"
              + "\"candidate\":\"candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host\","
              + "\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":null}}}",
          "{\"signal\":{\"data\":\"AAAA\",\"type\":\"sealed\"},\"peerId\":\"b\",\"type\":\"signal\"}");

  private static final List<String> TOKENS =
      List.of(
          "\"type\":\"peers\",",
          "\"type\":\"signal\",",
          "\"peers\":[\"a\"],",
          "\"a\",".repeat(2_000),
          "\"nonce\":\"=\",",
          "\"peerId\":\"\\u0000\",",
          "\"signal\":{",
          "\"candidate\":{",
          "\"candidate\":\"c\",",
          "\"sdpMLineIndex\":2147483648,",
          "\"sdpMLineIndex\":-1,",
          "\"sdpMid\":\"" + "m".repeat(200) + "\",",
          "p".repeat(129));

  @Provide
  Arbitrary<String> messages() {
    return Mutations.ofTexts(MESSAGES, TOKENS);
  }

  @Property
  void whateverAServiceSaysIsAMessageWithinBoundsOrMalformed(@ForAll("messages") String text) {
    Incoming incoming = Incoming.parse(text);

    Statistics.label("understood")
        .collect(!(incoming instanceof Incoming.Malformed))
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
    if (incoming instanceof Incoming.Peers peers) {
      assertThat(peers.peers()).hasSizeLessThanOrEqualTo(Incoming.MAX_PEERS);
    } else if (incoming instanceof Incoming.Signalled signalled) {
      assertWithinBounds(signalled.signal());
    }
  }

  private static void assertWithinBounds(Signal signal) {
    if (signal instanceof Signal.Offer offer) {
      assertThat(offer.sdp()).hasSizeLessThanOrEqualTo(Signal.MAX_SDP_CHARS);
    } else if (signal instanceof Signal.Answer answer) {
      assertThat(answer.sdp()).hasSizeLessThanOrEqualTo(Signal.MAX_SDP_CHARS);
    } else if (signal instanceof Signal.Sealed sealed) {
      assertThat(sealed.data()).hasSizeLessThanOrEqualTo(Signal.MAX_SEALED_CHARS);
    } else if (signal instanceof Signal.Candidate candidate) {
      assertThat(candidate.sdpMLineIndex()).isBetween(0, 255);
      assertThat(String.valueOf(candidate.sdpMid())).hasSizeLessThanOrEqualTo(128);
    }
  }
}
