// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.annotation.Annotation;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.chroniclesync.api.crypto.AccountId;
import org.chroniclesync.api.discovery.PeerId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptWordsTest {
  private static final String OTHERS =
      "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
          + " abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
          + " abandon abandon art";

  private Path directory = Path.of("");
  private @Nullable KeptWords words;
  private @Nullable AccountIdentity identity;
  private int restarts;

  private record TestConfig(String accountDirectory, boolean createIfMissing, String cipherProvider)
      implements Config {
    @Override
    public Class<? extends Annotation> annotationType() {
      return Config.class;
    }
  }

  @BeforeEach
  void start(@TempDir Path temporary) {
    directory = temporary.resolve("account");
    Config config = new TestConfig(directory.toString(), true, "jdk");
    AccountIdentity first = new AccountIdentity(config);
    identity = first;
    KeptWords made = new KeptWords(config, () -> restart(config));
    words = made;
    made.bindIdentity(first);
  }

  private void restart(Config config) {
    restarts++;
    words().unbindIdentity(identity());
    identity().wipe();
    identity = new AccountIdentity(config);
    words().bindIdentity(identity());
  }

  @AfterEach
  void stop() {
    identity().wipe();
  }

  private KeptWords words() {
    return requireNonNull(words);
  }

  private AccountIdentity identity() {
    return requireNonNull(identity);
  }

  private String kept() throws Exception {
    return Files.readString(directory.resolve("mnemonic"));
  }

  @Test
  void newWordsAreAnotherAccountOfTheSameDevice() throws Exception {
    AccountId account = identity().account();
    PeerId self = identity().self();
    String former = kept();

    words().renew();

    assertThat(identity().account()).isNotEqualTo(account);
    assertThat(identity().self()).isEqualTo(self);
    assertThat(kept()).isNotEqualTo(former);
    assertThat(new String(words().phrase())).isEqualTo(kept());
    assertThat(new Bip39Mnemonics().check(kept().toCharArray()))
        .hasToString("Usable[checksum=true]");
  }

  @Test
  void whatWasSealedUnderTheFormerWordsCannotBeOpenedByTheNext() {
    String frame = identity().envelopes().seal(new byte[] {1});

    words().renew();

    assertThatThrownBy(() -> identity().envelopes().open(frame)).hasMessageContaining("tag");
  }

  @Test
  void theWordsOfAnotherDeviceAreTaken() throws Exception {
    words().replace(OTHERS.toUpperCase(java.util.Locale.ROOT).replace(" ", "\n ").toCharArray());

    assertThat(kept()).isEqualTo(OTHERS);
    assertThat(restarts).isEqualTo(1);
  }

  @Test
  void theSameWordsChangeNothing() {
    words().replace(words().phrase());

    assertThat(restarts).isZero();
  }

  @Test
  void theRootKeyIsThereWhenTheIdentityBegins() throws Exception {
    words().renew();

    byte[] key = Files.readAllBytes(directory.resolve("account-key-v2"));
    new AccountIdentity(new TestConfig(directory.toString(), false, "jdk")).wipe();
    assertThat(Files.readAllBytes(directory.resolve("account-key-v2"))).isEqualTo(key);
  }

  @Test
  void onlyTheOwnerReadsTheNewWordsAndNoDraftIsLeft() throws Exception {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));

    words().renew();

    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(3);
      for (Path file : all) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void whatIsNoMnemonicIsRefusedBeforeAnythingChanges() throws Exception {
    String former = kept();

    assertThatThrownBy(() -> words().replace("abandon ability".toCharArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 2 words; a mnemonic has 24")
        .hasMessageContaining("Nothing was changed");
    assertThatThrownBy(() -> words().replace(OTHERS.replace("art", "arrt").toCharArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("word 24");
    assertThat(kept()).isEqualTo(former);
    assertThat(restarts).isZero();
  }

  @Test
  void aFolderThatTakesNothingLeavesTheDeviceWhereItIs() throws Exception {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    String former = kept();
    AccountId account = identity().account();
    // A folder in the place of the draft's target cannot be replaced, whoever runs the test.
    Path file = directory.resolve("mnemonic");
    Path aside = directory.resolveSibling("aside");
    KeptWords others =
        new KeptWords(
            new TestConfig(directory.toString(), true, "jdk"),
            () -> {
              throw new AssertionError("the identity must not begin anew");
            });
    Files.move(file, aside);
    Files.createDirectory(file);
    Files.createFile(file.resolve("in the way"));

    assertThatThrownBy(others::renew).isInstanceOf(IllegalStateException.class);

    assertThat(Files.readString(aside)).isEqualTo(former);
    assertThat(identity().account()).isEqualTo(account);
  }
}
