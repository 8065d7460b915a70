// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages of the api are read, and versioned, one after another. */
class ImportsTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*");
  private static final Pattern TYPE = Pattern.compile("(org\\.chroniclesync\\.api[.a-z]*)\\.[A-Z]");

  @Test
  void noPackageNeedsItselfByWayOfOthers() throws Exception {
    Map<String, Set<String>> needs = needs();
    assertThat(needs.get("org.chroniclesync.api.storage.support"))
        .contains("org.chroniclesync.api.storage");
    for (String start : needs.keySet()) {
      assertThat(reachable(start, needs)).as("what %s needs", start).doesNotContain(start);
    }
  }

  private static Set<String> reachable(String start, Map<String, Set<String>> needs) {
    Set<String> reached = new TreeSet<>();
    Deque<String> next = new ArrayDeque<>(needs.get(start));
    while (!next.isEmpty()) {
      String name = next.pop();
      if (reached.add(name)) {
        next.addAll(needs.getOrDefault(name, Set.of()));
      }
    }
    return reached;
  }

  private static Map<String, Set<String>> needs() throws IOException {
    Map<String, Set<String>> needs = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String own = SOURCES.relativize(file.getParent()).toString().replaceAll("[/\\\\]", ".");
        Set<String> others = needs.computeIfAbsent(own, name -> new TreeSet<>());
        Matcher type = TYPE.matcher(COMMENT.matcher(Files.readString(file)).replaceAll(""));
        while (type.find()) {
          others.add(type.group(1));
        }
        others.remove(own);
      }
    }
    return needs;
  }
}
