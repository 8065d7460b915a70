// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.testkits.mutations.Mutations;

/**
 * What clients say to the service, changed at random. For more than the thousand that the build
 * takes: {@code -Djqwik.tries.default=1000000}.
 */
class HostileRequestProperties {
  /** As the browser extension, the iOS client and nodes of this project write them. */
  private static final List<String> REQUESTS =
      List.of(
          "{\"type\":\"get-peers\"}",
          "{\"type\":\"ping\"}",
          "{\"type\":\"join\",\"key\":\""
              + "A".repeat(43)
              + "\",\"signature\":\""
              + "B".repeat(86)
              + "\",\"member\":\""
              + "C".repeat(43)
              + "\"}",
          "{\"type\":\"signal\",\"targetId\":\"ab557zwo-7\",\"signal\":{\"type\":\"offer\",\"sdp\":"
              + "\"v=0\\r\\no=- 4611731400430051336 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\n\"}}",
          "{\"type\":\"signal\",\"targetId\":\"node.b\",\"signal\":{\"type\":\"candidate\","
              + "\"candidate\":{\"candidate\":\"candidate:1 1 udp 2122260223 192.0.2.1 50000 typ"
              + " host\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0,\"usernameFragment\":null}}}",
          "{\"signal\":{\"type\":\"sealed\",\"data\":\"AAAA\\u00fc\\ud83d\\ude00\"},\"targetId\":"
              + "\"node.c\",\"type\":\"signal\"}");

  private static final List<String> TOKENS =
      List.of(
          "\"type\":",
          "\"type\":\"signal\",",
          "\"targetId\":",
          "\"targetId\":\"\\u0007\",",
          "\"signal\":",
          "\"signal\":{},",
          "\"key\":\"\",",
          "\"signature\":\"====\",",
          "\"x\":" + "9".repeat(1_001) + ",",
          "\"" + "n".repeat(257) + "\":1,",
          "p".repeat(129));

  @Provide
  Arbitrary<String> requests() {
    return Mutations.ofTexts(REQUESTS, TOKENS);
  }

  @Property
  void whateverAClientSaysIsARequestOrMalformed(@ForAll("requests") String text)
      throws IOException {
    Request request = Request.parse(text);

    Statistics.label("understood")
        .collect(!(request instanceof Request.Malformed))
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 10));
    if (request instanceof Request.Relay relay) {
      String reply = Reply.signal(new PeerId("node.a"), relay.signal());
      assertThat(text).contains(relay.signal());
      assertObjectOfThree(reply);
      assertThat(Request.parse(reply.replace("\"peerId\":\"node.a\"", "\"targetId\":\"node.a\"")))
          .isEqualTo(new Request.Relay(new PeerId("node.a"), relay.signal()));
    }
  }

  /** What one client says must not become members, or a second message, for another. */
  private static void assertObjectOfThree(String reply) throws IOException {
    try (JsonParser json = Request.Grammar.JSON.createParser(reply)) {
      assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      int members = 0;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        assertThat(json.currentName()).isIn("type", "peerId", "signal");
        json.nextToken();
        json.skipChildren();
        members++;
      }
      assertThat(members).isEqualTo(3);
      assertThat(json.nextToken()).isNull();
    }
  }
}
