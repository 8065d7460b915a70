// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage.indexed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README.md shows is what is built. */
class ReadmeTest {
  private static final Pattern SHOWN =
      Pattern.compile("(?ms)^#+ `([^`\\n]+)`\\n.*?^```[a-z]+\\n(.*?)^```$");

  @Test
  void readmeShowsEveryFileAsItIs() throws Exception {
    Map<String, String> shown = new HashMap<>();
    Matcher block = SHOWN.matcher(Files.readString(Path.of("README.md")));
    while (block.find()) {
      shown.put(block.group(1), block.group(2));
    }
    assertThat(shown).isEqualTo(files());
  }

  private static Map<String, String> files() throws IOException {
    Map<String, String> files = new HashMap<>();
    files.put("pom.xml", Files.readString(Path.of("pom.xml")));
    try (Stream<Path> sources = Files.walk(Path.of("src"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        if (!source.endsWith(ReadmeTest.class.getSimpleName() + ".java")) {
          files.put(source.toString().replace('\\', '/'), Files.readString(source));
        }
      }
    }
    return files;
  }
}
