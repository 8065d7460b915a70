// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Pages by words. */
final class SearchTool implements Tool {
  @Override
  public String name() {
    return "search";
  }

  @Override
  public List<String> words(JsonNode given) {
    Given arguments = new Given(given, "query", "limit", "continuation");
    List<String> words = new ArrayList<>(List.of("search", "--json"));
    words.addAll(List.of("--limit", arguments.limit()));
    if (arguments.has("continuation")) {
      words.addAll(List.of("--more", arguments.text("continuation")));
    }
    // Apart: one word with blanks in it would be looked for as a phrase.
    words.addAll(List.of(arguments.text("query").strip().split("\\s+")));
    return words;
  }

  @Override
  public ObjectNode excerpt(JsonNode answer) {
    Excerpt excerpt = new Excerpt("pages");
    for (JsonNode hit : answer.path("hits")) {
      ObjectNode page = excerpt.page(hit);
      page.put("visits", hit.path("visits").asLong());
      page.put("lastVisit", Excerpt.time(hit.path("lastVisitMillis")));
      ArrayNode devices = page.putArray("devices");
      hit.path("devices").forEach(device -> devices.add(Given.device(device)));
      excerpt.add(page);
    }
    ObjectNode all = excerpt.answer();
    if (answer.path("continuation").isTextual()) {
      all.put("continuation", answer.path("continuation").textValue());
    }
    ArrayNode unknown = all.putArray("unknownWords");
    for (JsonNode word : answer.path("unknownWords")) {
      ObjectNode named =
          unknown.addObject().put("word", Excerpt.cut(word.path("word").asText(), 80));
      if (word.path("near").isTextual()) {
        named.put("near", Excerpt.cut(word.path("near").textValue(), 80));
      }
    }
    return all;
  }
}
