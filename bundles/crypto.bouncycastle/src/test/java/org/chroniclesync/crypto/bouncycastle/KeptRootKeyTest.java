// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Random;
import org.chroniclesync.api.crypto.AccountId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptRootKeyTest {
  private static final AccountId ANN = new AccountId("A".repeat(43));
  private static final AccountId BOB = new AccountId("B".repeat(43));

  private Path directory = Path.of("");
  private int computed;

  @BeforeEach
  void name(@TempDir Path temporary) {
    directory = temporary.resolve("account");
  }

  /** Another key each time, so that one sees which came from the file. */
  private byte[] computed(AccountId id, byte[] mnemonic, WipeableKey version1) {
    byte[] key = new byte[RootKey.BYTES];
    Arrays.fill(key, (byte) ++computed);
    return key;
  }

  private byte[] start(AccountId id, int version1) {
    byte[] key = new byte[32];
    new Random(version1).nextBytes(key);
    return new KeptRootKey(new AccountDirectory(directory), AesGcm.jdk(), this::computed)
        .of(id, "words".getBytes(US_ASCII), new WipeableKey(key));
  }

  private Path file() {
    return directory.resolve(KeptRootKey.FILE);
  }

  @Test
  void isComputedOnce() throws IOException {
    assertThat(start(ANN, 1)).containsOnly(1);
    String kept = Files.readString(file());

    assertThat(start(ANN, 1)).containsOnly(1);
    assertThat(start(ANN, 1)).containsOnly(1);
    assertThat(computed).isEqualTo(1);
    assertThat(file()).hasContent(kept);
  }

  @Test
  void theKeyIsNotInTheFile() throws IOException {
    start(ANN, 1);
    start(BOB, 2);
    String first = Files.readString(file());
    Files.delete(file());
    computed = 1;
    start(BOB, 2);

    assertThat(first).matches("[A-Za-z0-9_-]{80}\n").doesNotContain("AgICAgIC");
    assertThat(Files.readString(file())).isNotEqualTo(first);
  }

  @Test
  void ofAnotherMnemonicIsComputedAnew() {
    start(ANN, 1);

    assertThat(start(ANN, 2)).containsOnly(2);
    assertThat(start(BOB, 2)).containsOnly(3);
    assertThat(start(BOB, 2)).containsOnly(3);
  }

  @Test
  void damagedInAnyCharacterIsComputedAnew() throws IOException {
    start(ANN, 1);
    String kept = Files.readString(file());
    for (int i = 0; i < kept.length() - 1; i++) {
      int before = computed;
      char other = kept.charAt(i) == 'A' ? 'B' : 'A';
      Files.writeString(file(), kept.substring(0, i) + other + kept.substring(i + 1));

      assertThat(start(ANN, 1)).containsOnly(before + 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "A", "no base64!", "AAAAAAAAAAAAAAAAAAAAAAAA", "\u00fc"})
  void anythingElseIsComputedAnew(String text) throws IOException {
    start(ANN, 1);
    Files.writeString(file(), text);

    assertThat(start(ANN, 1)).containsOnly(2);
    assertThat(start(ANN, 1)).containsOnly(2);
  }

  @Test
  void noTextIsComputedAnew() throws IOException {
    start(ANN, 1);
    Files.write(file(), new byte[] {(byte) 0xff});
    assertThat(start(ANN, 1)).containsOnly(2);

    Files.write(file(), new byte[AccountDirectory.MAX_FILE_BYTES + 1]);
    assertThat(start(ANN, 1)).containsOnly(3);
  }

  @Test
  void whereItCannotBeKeptItIsComputedEachTime() throws IOException {
    start(ANN, 1);
    Files.delete(file());
    Files.createDirectories(file().resolve("in the way"));

    assertThat(start(ANN, 1)).containsOnly(2);
    assertThat(start(ANN, 1)).containsOnly(3);
    assertThat(file().resolve("in the way")).exists();
  }

  @Test
  void onlyTheOwnerMayReadIt() throws IOException {
    assumeTrue(
        FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
        "a file system with POSIX permissions");
    start(ANN, 1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");

    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> start(ANN, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("chmod 600 " + file());
  }
}
