// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.chroniclesync.api.crypto.AccountWords;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.pairing.Invitation;
import org.chroniclesync.api.pairing.Invitation.State;
import org.chroniclesync.api.pairing.Pairing;
import org.chroniclesync.api.storage.Selection;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountShellTest {
  private static final String HOSTILE = "lap\u001b]0;owned\u0007top";
  private static final Instant UNTIL = Instant.parse("2026-01-02T03:04:05Z");

  private final ShellServices services = new ShellServices();
  private final AccountShell shell = new AccountShell(services);
  private final FakeNode node = new FakeNode();
  private final Words words = new Words();
  private final Codes codes = new Codes();

  private static final class Words implements AccountWords {
    String now = "first";

    @Override
    public char[] phrase() {
      return now.toCharArray();
    }

    @Override
    public void renew() {
      now = "renewed";
    }

    @Override
    public void replace(char[] phrase) {
      now = new String(phrase).strip();
    }
  }

  private static final class Codes implements Pairing {
    State state = new State.Open();
    boolean withdrawn;
    @Nullable String failure;

    @Override
    public Invitation invite() {
      return new Invitation("7-ocean-rabbit", UNTIL, new State.Open());
    }

    @Override
    public Invitation invitation() {
      return new Invitation("7-ocean-rabbit", UNTIL, state);
    }

    @Override
    public void withdraw() {
      withdrawn = true;
    }

    @Override
    public CompletionStage<String> join(String code) {
      if (failure != null) {
        return CompletableFuture.failedStage(new IllegalStateException(failure));
      }
      return CompletableFuture.completedFuture(HOSTILE + " by " + code);
    }
  }

  @BeforeEach
  void bind() {
    services.bindNode(node.face());
    services.bindWords(words);
    services.bindPairing(codes);
  }

  @Test
  void newWordsAreNotDrawnBeforeThePersonSaysYes() {
    assertThat(shell.renew(false)).contains("renew --yes").contains("lost");
    assertThat(words.now).isEqualTo("first");

    assertThat(shell.renew(true)).contains("new words").doesNotContain("renewed");
    assertThat(words.now).isEqualTo("renewed");
  }

  @Test
  void aCodeIsShownWithWhatToDo() {
    assertThat(shell.pair(false, false, false))
        .contains("run join and enter this code: 7-ocean-rabbit", "one try");
    assertThat(shell.pair(false, false, true)).contains("\"code\":\"7-ocean-rabbit\"", "\"open\"");
  }

  @Test
  void whatCameOfItIsSaidAndTheCodeIsNotSaidAgain() {
    codes.state = new State.Given(HOSTILE);
    assertThat(shell.pair(true, false, false))
        .contains("has the words now")
        .doesNotContain("\u001b", "ocean");
    assertThat(shell.pair(true, false, true))
        .contains("\"given\"")
        .doesNotContain("\u001b", "ocean");
    codes.state = new State.Ended("Somebody entered another code.");
    assertThat(shell.pair(true, false, false)).contains("another code").doesNotContain("ocean");
    codes.state = new State.Meeting();
    assertThat(shell.pair(true, false, false)).doesNotContain("ocean");
    shell.pair(false, true, false);
    assertThat(codes.withdrawn).isTrue();
  }

  @Test
  void aCodeMayHaveBlanksAndTheOthersNameIsEscaped() throws Exception {
    assertThat(shell.join(Sessions.STRANGE, "", "7", "ocean", "rabbit"))
        .contains("by 7 ocean rabbit")
        .doesNotContain("\u001b");
  }

  @Test
  void whyItCameToNothingIsSaid() {
    codes.failure = "The code is not the one.";

    assertThatThrownBy(() -> shell.join(Sessions.STRANGE, "", "7-ocean-rabbit"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The code is not the one.");
  }

  @Test
  void wordsComeFromAFileOfTheirOwnerOnly(@TempDir Path folder) throws Exception {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    Path file = Files.writeString(folder.resolve("words"), "from the file\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> shell.join(Sessions.STRANGE, file.toString()))
        .hasMessageContaining("chmod 600");
    assertThatThrownBy(() -> shell.join(Sessions.STRANGE, "words"))
        .hasMessageContaining("whole path");
    assertThatThrownBy(() -> shell.join(Sessions.STRANGE, folder.toString()))
        .hasMessageContaining("not a file");
    assertThatThrownBy(() -> shell.join(Sessions.STRANGE, file.toString(), "7-a-b"))
        .hasMessageContaining("Give the");
    assertThatThrownBy(() -> shell.join(Sessions.STRANGE, "")).hasMessageContaining("join --words");
    assertThat(words.now).isEqualTo("first");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(shell.join(Sessions.STRANGE, file.toString())).doesNotContain("from the file");
    assertThat(words.now).isEqualTo("from the file");
  }

  @Test
  void aDeviceIsForgottenByItsNameOrPeerId() throws Exception {
    assertThat(shell.forget(false, false, false, "node.laptop")).contains("is forgotten");
    assertThat(shell.forget(false, false, false, "Linux,", "ChronicleSync", "node"))
        .contains("is forgotten");

    assertThat(node.forgotten).containsOnly(PeerId.ofNode("laptop")).hasSize(2);
    assertThatThrownBy(() -> shell.forget(false, false, false, "phone\u001b"))
        .hasMessageContaining("peers --known")
        .hasMessageNotContaining("\u001b");
    assertThatThrownBy(() -> shell.forget(false, false, false))
        .hasMessageContaining("Name a device");
  }

  @Test
  void theVisitsOfADeviceGoWithItAfterAPreview() throws Exception {
    services.bindHistory(node);
    services.bindNames(new FakeNames("here", "laptop", "Work"));
    assertThatThrownBy(() -> shell.forget(true, false, false, "node.laptop"))
        .hasMessageContaining("Firefox")
        .hasMessageContaining("Nothing was deleted, and nothing forgotten. Give --yes");
    assertThat(shell.forget(true, true, true, "node.laptop")).contains("Firefox");
    assertThat(node.forgotten).isEmpty();
    assertThat(node.deletions.deleted).isEmpty();

    assertThat(shell.forget(true, false, true, "node.laptop"))
        .contains(
            "is forgotten. Deleted of it: 3 visits; the other devices follow. To bring them back: undo 7.");
    assertThat(node.forgotten).containsExactly(PeerId.ofNode("laptop"));
    assertThat(node.deletions.deleted)
        .containsExactly(Selection.ALL.ofDevice(FakeNode.DEVICE.id()));
  }

  @Test
  void whereNothingSaysWhichVisitsAreItsNothingIsDone() {
    services.bindHistory(node);
    assertThatThrownBy(() -> shell.forget(true, false, true, "node.laptop"))
        .hasMessageContaining("Nothing says which visits are of node.laptop")
        .hasMessageContaining("delete --device");
    assertThat(node.forgotten).isEmpty();
    assertThat(node.deletions.deleted).isEmpty();
  }

  @Test
  void withoutTheirPartsTheySaySo() {
    AccountShell alone = new AccountShell(new ShellServices());

    assertThatThrownBy(() -> alone.renew(true)).hasMessageContaining("keeps the words");
    assertThatThrownBy(() -> alone.pair(false, false, false)).hasMessageContaining("not running");
    assertThatThrownBy(() -> alone.join(Sessions.STRANGE, "", "7-a-b"))
        .hasMessageContaining("not running");
    assertThatThrownBy(() -> alone.forget(false, false, false, "x"))
        .hasMessageContaining("not running");
  }
}
