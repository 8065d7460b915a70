// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How the tests of this repository wait. */
class WaitsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Set<String> NOT_OURS = Set.of("target", ".git");

  /** A wait of Awaitility up to its condition. */
  private static final Pattern WAIT =
      Pattern.compile("(?<![.\\w])(?:Awaitility\\s*\\.\\s*)?await\\(.*?\\.until", Pattern.DOTALL);

  /** The default of ten seconds is less than a busy machine may take. */
  @Test
  void eachWaitSaysForHowLong() throws IOException {
    List<String> found = new ArrayList<>();
    int waits = 0;
    for (Path source : sources()) {
      String text = Files.readString(source);
      if (!text.contains("org.awaitility")) {
        continue;
      }
      Matcher wait = WAIT.matcher(text);
      while (wait.find()) {
        waits++;
        if (!wait.group().contains("atMost(")) {
          long line = text.substring(0, wait.start()).lines().count();
          found.add(ROOT.relativize(source) + ":" + line);
        }
      }
    }
    assertThat(found).isEmpty();
    assertThat(waits).isGreaterThan(100);
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_OURS.contains(String.valueOf(folder.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              sources.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return sources;
  }
}
