// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.chroniclesync.testkits.configuration.Metatype;
import org.junit.jupiter.api.Test;

class OperationsTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("chroniclesync.root")));

  private static final Metatype PARTS =
      new Metatype(
          "org.example.parts",
          true,
          "What is told here.",
          List.of(
              new Metatype.Key("file", "String", "A|B.", null, true, null, null, List.of()),
              new Metatype.Key("none", "String", "None.", null, false, null, null, List.of()),
              new Metatype.Key("mode", "String", "How.", "a", true, null, null, List.of("a", "b")),
              new Metatype.Key("many", "Long", "Many (1 to 2).", "1", true, "1", "2", List.of())));

  private static final String SECTION =
      """
      <!-- metatype org.example.parts -->
      ### `org.example.parts` (factory: one file for each, `org.example.parts~NAME.properties`)

      What is told here.

      | key | default | |
      | --- | --- | --- |
      | **`file`** |  | A\\|B. |
      | `none` |  | None. |
      | `mode` | `a` | How. One of `a`, `b`. |
      | `many` | `1` | Many (1 to 2). |
      <!-- end of metatype -->
      """;

  @Test
  void theDocumentationSaysWhatTheBundlesSay() throws Exception {
    String is = Files.readString(Operations.file(ROOT));
    assertThat(Operations.difference(is, Operations.rewritten(ROOT)))
        .as(
            "docs/operations.md (-) differs from the metatype of the bundles (+); run %s",
            Operations.COMMAND)
        .isNull();
  }

  @Test
  void eachConfigurationIsTestedByTheKit() throws Exception {
    for (Path bundle : Bundles.modules(ROOT)) {
      long configurations = Bundles.metatypes(bundle).size();
      assertThat(kitTests(bundle))
          .as(
              "%s has %d configurations; for each a test extends ConfigurationContract of"
                  + " testkits/configuration",
              bundle.getFileName(), configurations)
          .isEqualTo(configurations);
    }
  }

  private static long kitTests(Path bundle) throws IOException {
    Path tests = bundle.resolve("src/test/java");
    if (!Files.isDirectory(tests)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(tests)) {
      return files.filter(OperationsTest::isKitTest).count();
    }
  }

  private static boolean isKitTest(Path file) {
    try {
      return file.toString().endsWith(".java")
          && Files.readString(file).contains(" extends ConfigurationContract<");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void writesASectionAndLeavesTheRestAlone() {
    String text = "a\n<!-- metatype org.example.parts -->\nold\n<!-- end of metatype -->\nz\n";
    assertThat(Operations.rewritten(text, Map.of(PARTS.pid(), PARTS)))
        .isEqualTo("a\n" + SECTION + "z\n");
  }

  @Test
  void addsWhatIsNewAndTakesAwayWhatIsGone() {
    Metatype other = new Metatype("org.example.a", false, "It is new.", PARTS.keys());
    String text = "a\n" + SECTION + "\nz\n<!-- metatype gone -->\nold\n<!-- end of metatype -->\n";
    String rewritten = Operations.rewritten(text, Map.of(PARTS.pid(), PARTS, other.pid(), other));
    assertThat(rewritten)
        .startsWith("a\n" + SECTION + "\n<!-- metatype org.example.a -->\n### `org.example.a`\n")
        .endsWith("<!-- end of metatype -->\n\nz\n")
        .doesNotContain("gone");
    assertThat(Operations.difference(text, rewritten)).contains("- old\n", "+ It is new.\n");
  }

  @Test
  void asksForMarkers() {
    assertThatThrownBy(() -> Operations.rewritten("a\n", Map.of(PARTS.pid(), PARTS)))
        .hasMessageContaining("<!-- metatype PID -->");
    assertThatThrownBy(() -> Operations.rewritten("<!-- metatype a -->\n", Map.of()))
        .hasMessageContaining("<!-- end of metatype -->");
  }
}
