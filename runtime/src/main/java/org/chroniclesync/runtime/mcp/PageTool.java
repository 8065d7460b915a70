// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of one page: when, on which devices, and under which titles it was visited. */
final class PageTool implements Tool {
  /** Of these the devices and titles are told; the node gives no more at once. */
  private static final int MAX_VISITS = 1_000;

  private static final int MAX_TITLES = 20;
  private static final int MAX_DEVICES = 50;
  private static final int SHOWN_VISITS = 20;

  @Override
  public String name() {
    return "page";
  }

  @Override
  public List<String> words(JsonNode given) {
    Given arguments = new Given(given, "address", "after", "before");
    List<String> words = new ArrayList<>(List.of("history", "--json"));
    words.addAll(List.of("--limit", String.valueOf(MAX_VISITS)));
    words.addAll(List.of("--page", arguments.text("address")));
    for (String end : List.of("after", "before")) {
      if (arguments.has(end)) {
        words.addAll(List.of("--" + end, arguments.text(end)));
      }
    }
    return words;
  }

  @Override
  public ObjectNode excerpt(JsonNode answer) {
    Set<String> titles = new LinkedHashSet<>();
    Map<String, Integer> devices = new LinkedHashMap<>();
    Excerpt excerpt = new Excerpt("visits");
    int shown = 0;
    for (JsonNode entry : answer) {
      titles.add(Excerpt.cut(entry.path("title").asText(), Excerpt.MAX_TITLE_CHARS));
      devices.merge(Given.device(entry), 1, Integer::sum);
      if (shown++ < SHOWN_VISITS) {
        excerpt.add(
            Excerpt.row()
                .put("time", Excerpt.time(entry.path("visitTime")))
                .put("device", Given.device(entry)));
      }
    }
    ObjectNode all = excerpt.answer();
    all.put("count", answer.size()).put("more", answer.size() == MAX_VISITS);
    if (!answer.isEmpty()) {
      all.put("last", Excerpt.time(answer.path(0).path("visitTime")));
      all.put("first", Excerpt.time(answer.path(answer.size() - 1).path("visitTime")));
    }
    ArrayNode named = all.putArray("titles");
    titles.stream().limit(MAX_TITLES).forEach(named::add);
    ArrayNode on = all.putArray("devices");
    devices.entrySet().stream()
        .limit(MAX_DEVICES)
        .forEach(one -> on.addObject().put("device", one.getKey()).put("visits", one.getValue()));
    return all;
  }
}
