// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The options that the scripts give to Java. */
class VirtualMachineTest {
  private static final Path CONF = Path.of("src/main/dist/conf");

  /** Fills the heap. */
  static final class Glutton {
    private Glutton() {}

    public static void main(String[] args) {
      List<long[]> held = new ArrayList<>();
      while (held.size() < Integer.MAX_VALUE) {
        held.add(new long[1 << 20]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"node, 192", "discovery, 512"})
  void theHeapIsBoundedAndNothingIsDumped(String role, long megabytes) throws Exception {
    String flags = java(role, "-XX:+PrintFlagsFinal", "-version").output();

    assertThat(flags)
        .containsPattern("ExitOnOutOfMemoryError\\s+= true")
        .containsPattern("HeapDumpOnOutOfMemoryError\\s+= false")
        .containsPattern("CreateCoredumpOnCrash\\s+= false")
        .containsPattern("MaxHeapSize\\s+= " + megabytes * 1_024 * 1_024 + " ");
  }

  @Test
  void aProcessWithoutMemoryEndsAndLeavesNothing() throws Exception {
    Ended ended =
        java(
            "node",
            "-Xmx8m",
            "-cp",
            System.getProperty("java.class.path"),
            Glutton.class.getName());

    assertThat(ended.exit()).as(ended.output()).isEqualTo(Exit.NOT_READY.code());
    assertThat(ended.output()).contains("OutOfMemoryError");
    try (var files = Files.list(Path.of(""))) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.endsWith(".hprof"));
    }
  }

  private record Ended(int exit, String output) {}

  private static Ended java(String role, String... arguments) throws Exception {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("@" + CONF.resolve("jvm.options"));
    words.add("@" + CONF.resolve(role).resolve("jvm.options"));
    words.addAll(List.of(arguments));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), output);
  }
}
