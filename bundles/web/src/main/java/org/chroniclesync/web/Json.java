// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.chroniclesync.support.json.StrictJson;

/** Reads and writes JSON. */
final class Json {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_STRING_CHARS = 65_536;
  private static final JsonMapper WRITER = JsonMapper.builder().build();
  private static final ObjectReader READER =
      JsonMapper.builder(StrictJson.factory(MAX_DEPTH, MAX_STRING_CHARS))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  static byte[] bytes(JsonNode node) {
    // Not written as bytes by the library, which refuses half a surrogate pair: a title may hold
    // one.
    return text(node).getBytes(UTF_8);
  }

  static String text(JsonNode node) {
    try {
      return WRITER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of values could not be written", e);
    }
  }

  static JsonNode read(byte[] bytes) throws IOException {
    return READER.readTree(bytes);
  }
}
