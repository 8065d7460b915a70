// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How long a merge and a session stood still, by what was swapped. */
final class Pauses {
  private record Pause(long mergeMillis, long sessionMillis) {}

  private final Map<String, List<Pause>> byName = new TreeMap<>();

  synchronized void add(String name, long mergeMillis, long sessionMillis) {
    byName
        .computeIfAbsent(name, key -> new ArrayList<>())
        .add(new Pause(mergeMillis, sessionMillis));
  }

  /** A table: the median and the longest of each. */
  synchronized String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format("%-34s %5s  %14s  %14s%n", "swapped", "times", "merge ms", "session ms"));
    byName.forEach(
        (name, pauses) ->
            table.append(
                String.format(
                    "%-34s %5d  %6d %6d   %6d %6d%n",
                    name,
                    pauses.size(),
                    median(pauses.stream().map(Pause::mergeMillis).toList()),
                    Collections.max(pauses.stream().map(Pause::mergeMillis).toList()),
                    median(pauses.stream().map(Pause::sessionMillis).toList()),
                    Collections.max(pauses.stream().map(Pause::sessionMillis).toList()))));
    return table.append("Each: the median and the longest.").toString();
  }

  private static long median(List<Long> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
