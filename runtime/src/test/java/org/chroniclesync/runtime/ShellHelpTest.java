// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who reads before the first start is not told to start first. */
class ShellHelpTest {
  private final Path nothing;

  ShellHelpTest(@TempDir Path folder) {
    nothing = folder;
  }

  private String run(String... words) throws ExitException {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      List<String> all =
          Stream.concat(Stream.of("--data", nothing.toString()), Stream.of(words)).toList();
      assertThat(Shell.command(all).run()).isEqualTo(Exit.STOPPED);
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aCommandIsExplainedWithoutANode() throws Exception {
    assertThat(run("help", "undo")).startsWith("undo");
    assertThat(run("help", "undo", "rules")).contains("undo", "rules add");
    assertThat(run("rules", "--help")).startsWith("rules");
  }

  @Test
  void whatIsNoCommandIsSaid() {
    assertThatThrownBy(() -> run("help", "nothing"))
        .isInstanceOf(ExitException.class)
        .hasMessage("There is no help for nothing. help lists the commands.");
    assertThatThrownBy(() -> run("status")).hasMessageContaining("No node is running in");
  }
}
