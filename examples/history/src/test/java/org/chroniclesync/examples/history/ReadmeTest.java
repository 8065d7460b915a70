// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** README.md shows the code as it is. */
class ReadmeTest {
  @Test
  void showsAllOfTheCode() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    List<Path> sources = new ArrayList<>(List.of(Path.of("pom.xml")));
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      files.filter(Files::isRegularFile).forEach(sources::add);
    }
    sources.remove(Path.of("src/test/java", getClass().getName().replace('.', '/') + ".java"));
    assertThat(sources).hasSize(5);
    for (Path source : sources) {
      assertThat(readme).contains("\n" + Files.readString(source) + "```\n");
    }
  }
}
