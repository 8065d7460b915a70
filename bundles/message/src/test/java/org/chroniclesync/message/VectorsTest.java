// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chroniclesync.api.message.Message;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What existing clients write is read, and comes out again as it came in. */
class VectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JacksonMessageCodec codec = new JacksonMessageCodec();

  @TestFactory
  Stream<DynamicTest> everyPlaintextComesOutAsItCameIn() throws IOException {
    try (InputStream file = VectorsTest.class.getResourceAsStream("/chroniclesync-v1.json")) {
      JsonNode vectors = JSON.readTree(file).get("envelopes");
      assertThat(vectors).hasSize(24);
      return StreamSupport.stream(vectors.spliterator(), false)
          .map(
              vector ->
                  DynamicTest.dynamicTest(
                      vector.get("type").asText(), () -> check(vector.get("plaintext").asText())));
    }
  }

  private void check(String plaintext) throws Exception {
    Message message = codec.decode(plaintext.getBytes(StandardCharsets.UTF_8));

    JsonNode again = JSON.readTree(codec.encode(message));

    assertThat(withoutBookkeeping(again))
        .isEqualTo(erased(withoutBookkeeping(JSON.readTree(plaintext))));
  }

  /** Of a tombstone only its identity and time are passed on. */
  private static JsonNode erased(JsonNode message) {
    for (JsonNode entry : message.findParents("deleted")) {
      ObjectNode tombstone = (ObjectNode) entry;
      tombstone.retain("visitId", "deviceId", "lastModified", "deleted");
      tombstone.set("visitTime", tombstone.get("lastModified"));
      for (String text :
          List.of(
              "url",
              "title",
              "referringVisitId",
              "transition",
              "platform",
              "userAgent",
              "browserName",
              "browserVersion")) {
        tombstone.put(text, "");
      }
    }
    return message;
  }

  /** {@code syncStatus} is the sender's own and not passed on. */
  private static JsonNode withoutBookkeeping(JsonNode message) {
    message.findParents("syncStatus").forEach(entry -> ((ObjectNode) entry).remove("syncStatus"));
    return message;
  }
}
