// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.chroniclesync.testkits.configuration.FreePort;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a person at a terminal is asked at the first start, through a terminal of its own. */
class FirstStartIT extends InstalledNode {
  private static final String WORDS = "abandon ".repeat(23) + "art";
  private static final Path SCRIPT = Path.of("/usr/bin/script");

  /** How far the transcript was looked at. */
  private int seen;

  @BeforeEach
  void atATerminal() throws Exception {
    assumeThat(SCRIPT).as("script of util-linux is not installed").exists();
    List<String> words = List.of(SCRIPT.toString(), "-qefc", command(unpack()), "/dev/null");
    process = builder(words).redirectOutput(folder.resolve("out").toFile()).start();
  }

  private String command(Path home) {
    return String.join(" ", script(home, "start"));
  }

  @Test
  void newWordsAreTheDefaultAndNotShown() throws Exception {
    says("Does another device of yours run ChronicleSync already?");
    says("[1/2/3, or nothing for 1]");
    type("maybe");
    says("Answer 1, 2 or 3.");
    type("");
    says("Extension or phone app? [Y/n]");
    type("n");
    says("Delete them everywhere? [y/N]");
    type("perhaps");
    says("Answer y or n.");
    type("y");
    says("The node is running.");
    says("chroniclesync>");
    type("health");
    says("chroniclesync>");

    String words = Files.readString(data.resolve("account/mnemonic")).strip();
    assertThat(words.split("\\s+")).hasSize(24);
    assertThat(said()).doesNotContain(words);
    assertThat(Files.readString(data.resolve("conf/org.chroniclesync.core.properties")))
        .contains("legacy = deny");
    assertThat(Files.readString(data.resolve("conf/org.chroniclesync.importer.browser.properties")))
        .contains("deletions = follow");
    leave();
  }

  @Test
  void wordsThatAreTypedAreNotShownAndAskedForAgainIfTheyAreWrong() throws Exception {
    says("[1/2/3, or nothing for 1]");
    type("2");
    says("The 24 words (they are not shown):");
    type("abandon abandon");
    says("The 24 words (they are not shown):");
    type(WORDS);
    says("Extension or phone app? [Y/n]");
    type("");
    says("Delete them everywhere? [y/N]");
    type("");
    says("The node is running.");

    assertThat(data.resolve("conf/org.chroniclesync.importer.browser.properties")).doesNotExist();

    assertThat(Files.readString(data.resolve("account/mnemonic")).strip()).isEqualTo(WORDS);
    assertThat(said()).doesNotContain("abandon abandon");
    says("chroniclesync>");
    leave();
  }

  @Test
  void aCodeThatIsNoneLeavesTheDeviceWithWordsOfItsOwnAndSaysWhatToDo() throws Exception {
    says("[1/2/3, or nothing for 1]");
    type("3");
    says("Code:");
    type("nonsense");
    says("Extension or phone app? [Y/n]");
    type("n");
    says("Delete them everywhere? [y/N]");
    type("n");
    says("This device has words of its own for now. Enter join and a code.");
    says("chroniclesync>");
    type("join");
    says("The code that pair shows on the other device:");
    type("nonsense");
    says("chroniclesync>");
    leave();
  }

  @Test
  void aPasswordForOtherDevicesIsAskedForTwiceAndNotShown() throws Exception {
    says("[1/2/3, or nothing for 1]");
    type("");
    says("Extension or phone app? [Y/n]");
    type("n");
    says("Delete them everywhere? [y/N]");
    type("n");
    says("chroniclesync>");
    int port = FreePort.find();
    type("share on --port " + port);
    says("A password for other devices (it is not shown):");
    type("my four first words");
    says("Once more:");
    type("my four other words");
    says("chroniclesync>");
    type("share on --port " + port);
    says("A password for other devices (it is not shown):");
    type("my four first words");
    says("Once more:");
    type("my four first words");
    says("Open this on the other device: https://");
    says("chroniclesync>");
    // Once it has one, it is not asked for again.
    type("share off");
    says("chroniclesync>");
    type("share on --port " + port);
    says("Open this on the other device: https://");
    says("chroniclesync>");
    assertThat(said()).doesNotContain("my four");
    leave();
  }

  private void leave() throws Exception {
    type("stop 0");
    assertThat(ended()).as(said()).isZero();
  }

  private void type(String line) throws IOException {
    OutputStream keys = Objects.requireNonNull(process).getOutputStream();
    keys.write((line + "\n").getBytes(UTF_8));
    keys.flush();
  }

  /** Waits until it says so, after what it said before. */
  private void says(String text) {
    Awaitility.await()
        .atMost(PATIENCE)
        .alias(text)
        .until(() -> said().indexOf(text, seen) >= 0 || !isAlive());
    int at = read().indexOf(text, seen);
    assertThat(at).as(read()).isNotNegative();
    seen = at + text.length();
  }

  private boolean isAlive() {
    return Objects.requireNonNull(process).isAlive();
  }

  private String read() {
    try {
      return said();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
