// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the shells complete, asked of the shells, and the manual page. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(600)
class CompletionsIT {
  private static final Path DIST = Path.of("target/dist").toAbsolutePath();
  private static final Path SHARE = DIST.resolve("share");

  private static List<String> lines(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said.lines().toList();
  }

  private static void needs(String program) throws Exception {
    boolean there = new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    assumeThat(there).as(program + " is not installed").isTrue();
  }

  private static List<String> bash(String... words) throws Exception {
    needs("bash");
    List<String> call =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1));"
                    + " _chroniclesync; printf '%s\\n' \"${COMPREPLY[@]}\"",
                "bash",
                SHARE.resolve("bash-completion/completions/chroniclesync").toString(),
                "chroniclesync"));
    call.addAll(List.of(words));
    return lines(call.toArray(String[]::new));
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assertThat(bash("sea")).containsExactly("search");
    assertThat(bash("search", "--l")).containsExactly("--limit");
    assertThat(bash("start", "--no")).containsExactly("--no-shell");
    assertThat(bash("rules", "a")).containsExactly("add", "apply");
    assertThat(bash("share", "o")).containsExactly("on", "off");
    assertThat(bash("profiles", "v")).containsExactly("vanished");
    assertThat(bash("rules", "add", "--acc")).containsExactly("--account");
    assertThat(bash("status", "--data", DIST + "/sha")).containsExactly(SHARE.toString());
  }

  @Test
  void noCommandIsCompletedTwice() throws Exception {
    assertThat(bash("")).contains("start", "search", "mcp").doesNotHaveDuplicates();
  }

  @Test
  void fishCompletesCommandsAndOptions() throws Exception {
    needs("fish");
    String file = SHARE.resolve("fish/vendor_completions.d/chroniclesync.fish").toString();

    assertThat(
            lines(
                "fish",
                "--no-config",
                "-c",
                "source " + file + "; complete -C 'chroniclesync sea'"))
        .singleElement()
        .asString()
        .startsWith("search\t");
    assertThat(
            lines(
                "fish",
                "--no-config",
                "-c",
                "source " + file + "; complete -C 'chroniclesync history --af'"))
        .singleElement()
        .asString()
        .startsWith("--after\t");
    assertThat(
            lines(
                "fish",
                "--no-config",
                "-c",
                "source " + file + "; complete -C 'chroniclesync rules ap'"))
        .contains("apply");
  }

  @Test
  void zshReadsItsCompletion() throws Exception {
    needs("zsh");
    String folder = SHARE.resolve("zsh/site-functions").toString();

    assertThat(
            lines(
                "zsh",
                "-f",
                "-c",
                "fpath=("
                    + folder
                    + " $fpath); autoload -U compinit; compinit -D -u;"
                    + " autoload +X _chroniclesync && print $_comps[chroniclesync]"))
        .containsExactly("_chroniclesync");
  }

  @Test
  void theManualPageIsOne() throws Exception {
    needs("mandoc");
    String page = SHARE.resolve("man/man1/chroniclesync.1").toString();

    assertThat(lines("mandoc", "-T", "lint", "-W", "warning", page)).isEmpty();
    assertThat(String.join("\n", lines("mandoc", "-T", "utf8", page)).replaceAll(".\b", ""))
        .contains("searches the history".substring(1), "--mnemonic-file FILE");
  }
}
