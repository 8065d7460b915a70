// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads OpenMetrics 1.0 and accepts no other text: what the grammar demands (section 4.1), and of
 * families and samples what sections 4.4 to 5.2 demand. For gauges and counters without exemplars
 * and time stamps, since a node has no others.
 */
final class OpenMetrics {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final Pattern METADATA = Pattern.compile("# (TYPE|UNIT|HELP) (" + NAME + ") (.*)");
  private static final Pattern SAMPLE =
      Pattern.compile("(" + NAME + ")(?:\\{(.*)\\})? (-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\n\"])*)\"(,|$)");
  private static final Pattern HELP = Pattern.compile("(?:[^\\\\]|\\\\[\\\\n\"])*");

  private final Map<String, Double> samples = new TreeMap<>();
  private final Set<String> families = new HashSet<>();
  private final Map<String, String> metadata = new HashMap<>();
  private String family = "";
  private boolean sampled;

  private OpenMetrics() {}

  /**
   * Reads a text.
   *
   * @return the values by name and labels, the labels sorted: {@code name{a="b",c="d"}}
   * @throws AssertionError if it is no OpenMetrics text
   */
  static Map<String, Double> read(String text) {
    OpenMetrics read = new OpenMetrics();
    require(text.endsWith("\n# EOF\n"), "it does not end with # EOF", text);
    for (String line : text.substring(0, text.length() - "# EOF\n".length()).split("\n")) {
      if (line.startsWith("#")) {
        read.metadata(line);
      } else {
        read.sample(line);
      }
    }
    return read.samples;
  }

  private void metadata(String line) {
    Matcher matcher = METADATA.matcher(line);
    require(matcher.matches(), "neither metadata nor a sample", line);
    if (!matcher.group(2).equals(family)) {
      family = matcher.group(2);
      require(families.add(family), "its family stands in two places", line);
      metadata.clear();
      sampled = false;
    }
    require(!sampled, "metadata behind a sample", line);
    String kind = matcher.group(1);
    String value = matcher.group(3);
    require(metadata.put(kind, value) == null, "metadata twice", line);
    switch (kind) {
      case "TYPE" -> require(value.matches("counter|gauge"), "an unexpected type", line);
      case "UNIT" -> require(family.endsWith("_" + value), "the name lacks the unit", line);
      default -> require(HELP.matcher(value).matches(), "a wrong escape", line);
    }
  }

  private void sample(String line) {
    Matcher matcher = SAMPLE.matcher(line);
    require(matcher.matches(), "no sample", line);
    boolean counter = "counter".equals(metadata.get("TYPE"));
    require(metadata.containsKey("TYPE"), "a sample without a type", line);
    require(
        matcher.group(1).equals(counter ? family + "_total" : family),
        "not of the family " + family,
        line);
    double value = Double.parseDouble(matcher.group(3));
    require(!counter || value >= 0, "a counter below zero", line);
    sampled = true;
    String key = matcher.group(1) + labels(matcher.group(2), line);
    require(samples.put(key, value) == null, "the same labels twice", line);
  }

  private static String labels(String text, String line) {
    if (text == null) {
      return "";
    }
    Map<String, String> labels = new TreeMap<>();
    Matcher label = LABEL.matcher(text);
    int end = 0;
    while (end < text.length()) {
      require(label.find(end) && label.start() == end, "a wrong label", line);
      require(labels.put(label.group(1), label.group(2)) == null, "a label twice", line);
      end = label.end();
    }
    require(!text.endsWith(","), "a label is missing", line);
    StringBuilder all = new StringBuilder("{");
    labels.forEach(
        (name, value) ->
            all.append(all.length() == 1 ? "" : ",")
                .append(name)
                .append("=\"")
                .append(value)
                .append('"'));
    return all.append('}').toString();
  }

  private static void require(boolean holds, String problem, String where) {
    if (!holds) {
      throw new AssertionError(problem + ": " + where);
    }
  }
}
