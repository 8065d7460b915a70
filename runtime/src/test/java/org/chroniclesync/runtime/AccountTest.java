// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What happens to an account when files are missing, wrong, or open to others. */
@Timeout(600)
@DisabledOnOs(OS.WINDOWS)
class AccountTest {
  private static final String WORDS = "art ".repeat(23) + "zoo";
  private static final String OTHERS = "zoo ".repeat(23) + "art";

  private final Path folder;
  private final Path data;
  private final Account account;

  AccountTest(@TempDir Path folder) {
    this.folder = folder;
    data = folder.resolve("data");
    account = new Account(data, data.resolve("account"), true);
  }

  @Test
  void anEmptyFolderMayGetANewAccount() throws Exception {
    Files.createDirectories(data.resolve("conf"));
    Files.createDirectories(data.resolve("logs"));
    directory();

    assertThatCode(() -> account.check(null)).doesNotThrowAnyException();
  }

  @Test
  void aMissingMnemonicBesideAHistoryIsNotReplaced() throws Exception {
    directory();
    Files.writeString(data.resolve("history.db"), "visits");

    assertThatThrownBy(() -> account.check(null))
        .isInstanceOfSatisfying(ExitException.class, e -> assertThat(e.exit()).isEqualTo(Exit.DATA))
        .hasMessageContaining(account.phrase() + " is missing, but " + data + " is not empty")
        .hasMessageContaining("--mnemonic-file FILE")
        .hasMessageContaining("empty folder");
    assertThat(account.phrase()).doesNotExist();
  }

  @Test
  void aMissingMnemonicBesideAPeerIdIsNotReplaced() throws Exception {
    Files.writeString(directory().resolve("peer-id"), "node.x");

    assertThatThrownBy(() -> account.check(null)).hasMessageContaining("is missing, but");
  }

  @Test
  void theWordsCanBeGivenBack() throws Exception {
    directory();
    Files.writeString(data.resolve("history.db"), "visits");
    try (Mnemonic given =
        Mnemonic.read(file("\ufeff" + WORDS.toUpperCase(java.util.Locale.ROOT)))) {
      account.check(given);
      account.adopt(given);
    }
    assertThat(account.phrase()).hasContent(WORDS);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(account.phrase())))
        .isEqualTo("rw-------");
  }

  @Test
  void aMnemonicIsNeverReplacedByAnother() throws Exception {
    keep(WORDS);
    try (Mnemonic other = Mnemonic.read(file(OTHERS));
        Mnemonic same = Mnemonic.read(file(WORDS + "\n"))) {
      account.check(same);
      account.adopt(same);

      assertThatThrownBy(() -> account.check(other))
          .hasMessageContaining("already belongs to another mnemonic")
          .hasMessageNotContaining("zoo");
    }
    assertThat(account.phrase()).hasContent(WORDS);
  }

  @Test
  void garbageInPlaceOfTheMnemonicIsNamedAndLeftAlone() throws Exception {
    keep("garbage");

    assertThatThrownBy(() -> account.check(null))
        .hasMessage("The file " + account.phrase() + " contains 1 word; a mnemonic has 24.");
    assertThat(account.phrase()).hasContent("garbage");
  }

  @Test
  void misspeltWordsAreToldByTheirPlaceAlone() throws Exception {
    Path file = file(WORDS.replaceFirst("art", "artt").replaceFirst("zoo", "zooo"));

    assertThatThrownBy(() -> Mnemonic.read(file))
        .hasMessageContaining("word 1, 24 are not in the English list of BIP-39")
        .hasMessageNotContaining("artt")
        .hasMessageNotContaining("zoo");
  }

  @Test
  void wordsThatOthersMayReadAreRefused() throws Exception {
    Path file = file(WORDS);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> Mnemonic.read(file)).hasMessageContaining("chmod 600 " + file);
  }

  @Test
  void whatIsNoRegularFileIsNotOpened() throws Exception {
    Path pipe = folder.resolve("pipe");
    Process made = new ProcessBuilder("mkfifo", "-m", "600", pipe.toString()).start();
    assertThat(made.waitFor(60, TimeUnit.SECONDS) && made.exitValue() == 0).isTrue();

    assertThatThrownBy(() -> Mnemonic.read(pipe)).hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> Mnemonic.read(Path.of("/dev/zero")))
        .hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> Mnemonic.read(folder)).hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> Mnemonic.read(folder.resolve("none")))
        .hasMessageContaining("does not exist");
  }

  @Test
  void whatIsTooLargeOrNoTextIsRefused() throws Exception {
    Path huge = file("x".repeat(2_000));
    assertThatThrownBy(() -> Mnemonic.read(huge)).hasMessageContaining("is too large");

    Path bytes = file("");
    Files.write(bytes, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> Mnemonic.read(bytes)).hasMessageContaining("not a text in UTF-8");
  }

  @Test
  void anAccountThatOthersMayEnterIsRefused() throws Exception {
    keep(WORDS);
    Files.setPosixFilePermissions(
        data.resolve("account"), PosixFilePermissions.fromString("rwxr-x---"));

    assertThatThrownBy(() -> account.check(null))
        .hasMessageContaining("chmod 700 " + data.resolve("account"));
  }

  private Path directory() throws IOException {
    Path directory = data.resolve("account");
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return directory;
  }

  private void keep(String text) throws IOException {
    directory();
    Files.move(file(text), account.phrase());
  }

  private Path file(String text) throws IOException {
    Path file = Files.createTempFile(folder, "words", "");
    return Files.write(file, text.getBytes(UTF_8));
  }
}
