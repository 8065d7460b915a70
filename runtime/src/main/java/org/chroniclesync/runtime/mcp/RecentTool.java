// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The newest visits, or those of a stretch of time. */
final class RecentTool implements Tool {
  @Override
  public String name() {
    return "recent";
  }

  @Override
  public List<String> words(JsonNode given) {
    Given arguments = new Given(given, "after", "before", "limit");
    List<String> words = new ArrayList<>(List.of("history", "--json"));
    words.addAll(List.of("--limit", arguments.limit()));
    for (String end : List.of("after", "before")) {
      if (arguments.has(end)) {
        words.addAll(List.of("--" + end, arguments.text(end)));
      }
    }
    return words;
  }

  @Override
  public ObjectNode excerpt(JsonNode answer) {
    Excerpt excerpt = new Excerpt("visits");
    for (JsonNode entry : answer) {
      ObjectNode visit = excerpt.page(entry);
      visit.put("time", Excerpt.time(entry.path("visitTime")));
      visit.put("device", Given.device(entry));
      excerpt.add(visit);
    }
    return excerpt.answer();
  }
}
