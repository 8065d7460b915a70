// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Brings back what a deletion took; only where the owner allowed deletions. */
final class UndoTool implements Tool {
  @Override
  public String name() {
    return "undo";
  }

  @Override
  public List<String> words(JsonNode given) {
    return List.of("undo", "--json", new Given(given, "number").number("number"));
  }

  @Override
  public ObjectNode excerpt(JsonNode answer) {
    return DeleteTool.deletion(answer);
  }
}
