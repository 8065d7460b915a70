// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.crypto.Mnemonics.Check;
import org.chroniclesync.api.crypto.Mnemonics.WrongWord;
import org.chroniclesync.support.files.PrivateFiles;
import org.chroniclesync.testkits.mutations.Mutations;

/**
 * Words and the files of an account, changed at random. For more than the thousand of each that the
 * build takes: {@code -Djqwik.tries.default=1000000}.
 */
class HostileFileProperties {
  private static final AccountId ACCOUNT = new AccountId("A".repeat(43));
  private static final byte[] ROOT = new byte[RootKey.BYTES];

  private static Path folder = Path.of("");

  /** What holds {@link #ROOT}. */
  private static byte[] rootKey = {};

  private final Bip39Mnemonics mnemonics = new Bip39Mnemonics();

  @BeforeContainer
  static void make() throws IOException {
    folder = Files.createTempDirectory("chroniclesync-test");
  }

  @AfterContainer
  static void delete() throws IOException {
    for (String name : List.of(KeptDeviceKey.FILE, KeptRootKey.FILE)) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.delete(folder);
  }

  @Provide
  Arbitrary<String> phrases() {
    return Mutations.ofTexts(
        Vectors.accounts().map(account -> account.get("mnemonic").asText()).toList(),
        List.of(
            " ",
            "\n",
            "\t",
            "\u00a0",
            "abandon",
            "ZOO",
            "\u0130",
            "\u001b[2J",
            "zoo ".repeat(2_000)));
  }

  @Property
  void aPhraseIsUsableOrRefusedInWordsThatCanBeShown(@ForAll("phrases") String phrase) {
    Check check = mnemonics.check(phrase.toCharArray());

    Statistics.label("usable")
        .collect(check instanceof Check.Usable)
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 3));
    if (check instanceof Check.Usable usable) {
      assertThat(new String(usable.phrase())).matches("([a-z]{3,8} ){23}[a-z]{3,8}");
      assertThat(mnemonics.check(usable.phrase())).isInstanceOf(Check.Usable.class);
    } else if (check instanceof Check.Misspelt misspelt) {
      assertThat(misspelt.words()).hasSizeBetween(1, Bip39Mnemonics.WORDS);
      for (WrongWord wrong : misspelt.words()) {
        assertThat(wrong.position()).isBetween(1, Bip39Mnemonics.WORDS);
        assertThat(wrong.word()).hasSizeBetween(1, 40);
        assertThat(wrong.word().chars()).noneMatch(Character::isISOControl);
      }
    }
  }

  @Provide
  Arbitrary<byte[]> deviceKeys() throws IOException {
    return Mutations.ofBytes(List.of(written(KeptDeviceKey.FILE)));
  }

  @Provide
  Arbitrary<byte[]> rootKeys() throws IOException {
    rootKey = written(KeptRootKey.FILE);
    return Mutations.ofBytes(List.of(rootKey));
  }

  private static byte[] written(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    if (name.equals(KeptDeviceKey.FILE)) {
      KeptDeviceKey.of(new AccountDirectory(folder)).destroy();
    } else {
      root(ROOT);
    }
    return Files.readAllBytes(folder.resolve(name));
  }

  private static byte[] root(byte[] made) {
    return new KeptRootKey(
            new AccountDirectory(folder), AesGcm.jdk(), (id, words, key) -> made.clone())
        .of(ACCOUNT, "words".getBytes(US_ASCII), new WipeableKey(new byte[32]));
  }

  private static void put(String name, byte[] bytes) throws IOException {
    PrivateFiles.write(folder.resolve(name), ByteBuffer.wrap(bytes));
  }

  @Property
  void aDeviceKeyIsReadOrRefusedAndNeverReplaced(@ForAll("deviceKeys") byte[] file)
      throws IOException {
    put(KeptDeviceKey.FILE, file);
    try {
      SigningKey key = KeptDeviceKey.of(new AccountDirectory(folder));
      assertThat(key.publicKey()).isNotEqualTo(new byte[32]);
    } catch (IllegalStateException e) {
      assertThat(e.getMessage()).startsWith(folder.resolve(KeptDeviceKey.FILE).toString());
    }
    assertThat(Files.readAllBytes(folder.resolve(KeptDeviceKey.FILE))).isEqualTo(file);
  }

  @Property
  void aRootKeyIsReadOrMadeAgain(@ForAll("rootKeys") byte[] file) throws IOException {
    put(KeptRootKey.FILE, file);
    byte[] madeAgain = new byte[RootKey.BYTES];
    Arrays.fill(madeAgain, (byte) 1);

    byte[] root = root(madeAgain);

    assertThat(root).isIn(ROOT, madeAgain);
    assertThat(root(ROOT)).isEqualTo(root);
    if (Arrays.equals(file, rootKey)) {
      assertThat(root).isEqualTo(ROOT);
    }
  }
}
