// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The scripts of the distribution know the same words, and leave all others to the node. */
class InstalledScriptsTest {
  private static final Path BIN = Path.of("src/main/dist/bin");

  /** For the script of the checkout, which runs on no Windows. */
  private static final Set<String> OF_THE_CHECKOUT = Set.of("demo", "java", "sample");

  private static final Set<String> HELP = Set.of("help", "-h", "--help");

  private final String unix;
  private final String windows;

  InstalledScriptsTest() throws Exception {
    unix = Files.readString(BIN.resolve("chroniclesync"));
    windows = Files.readString(BIN.resolve("chroniclesync.bat"));
  }

  private Set<String> ofUnix() {
    String cases = unix.substring(unix.indexOf("case $command in"));
    Matcher matcher =
        Pattern.compile("(?m)^  ([a-z][a-z |-]*)\\)")
            .matcher(cases.substring(0, cases.indexOf("\nesac")));
    return matcher
        .results()
        .flatMap(match -> Arrays.stream(match.group(1).split(" \\| ")))
        .filter(word -> !OF_THE_CHECKOUT.contains(word) && !HELP.contains(word))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Set<String> ofWindows() {
    return Pattern.compile("if \"%~1\"==\"(\\w+)\"")
        .matcher(windows)
        .results()
        .map(match -> match.group(1))
        .filter(word -> !HELP.contains(word))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void bothKnowTheSameWords() {
    assertThat(ofUnix()).contains("start", "discovery", "shell", "mnemonic").isEqualTo(ofWindows());
  }

  @Test
  void allOtherWordsGoToTheNode() {
    assertThat(unix).containsPattern("(?m)^  \\*\\).*\\n    role=command\\n");
    assertThat(windows)
        .contains("if defined ROLE goto next\r\nset \"ROLE=command\"\r\nset REST= %1\r\n");
    for (String command : List.of("status", "search", "import", "gogo", "devices")) {
      assertThat(ofUnix()).doesNotContain(command);
    }
  }
}
