// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** All visits to one page, on all devices; only where the owner allowed it. */
final class DeleteTool implements Tool {
  @Override
  public String name() {
    return "delete";
  }

  @Override
  public List<String> words(JsonNode given) {
    String address = new Given(given, "address").text("address").strip();
    if (address.startsWith("-")) {
      throw new IllegalArgumentException(
          "Give the address of a page, as search or recent gave it.");
    }
    return List.of("delete", "--json", "--yes", address);
  }

  @Override
  public ObjectNode excerpt(JsonNode answer) {
    return deletion(answer);
  }

  static ObjectNode deletion(JsonNode answer) {
    ObjectNode deletion = JsonNodeFactory.instance.objectNode();
    deletion.put("number", answer.path("number").asLong());
    deletion.put("visits", answer.path("visits").asLong());
    deletion.put("state", Excerpt.cut(answer.path("state").asText(), 40));
    if (answer.path("undoUntil").isTextual()) {
      deletion.put("undoUntil", Excerpt.cut(answer.path("undoUntil").textValue(), 40));
    }
    return deletion;
  }
}
