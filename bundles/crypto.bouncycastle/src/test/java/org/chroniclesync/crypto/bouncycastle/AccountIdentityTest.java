// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.chroniclesync.api.crypto.EnvelopeException;
import org.chroniclesync.api.crypto.Ephemeral;
import org.chroniclesync.api.crypto.SessionKeys;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.chroniclesync.api.transport.ChannelBinding;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountIdentityTest {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private Path directory = Path.of("");

  @BeforeEach
  void name(@TempDir Path temporary) {
    directory = temporary.resolve("nested").resolve("account");
  }

  private record TestConfig(String accountDirectory, boolean createIfMissing, String cipherProvider)
      implements Config {
    @Override
    public Class<? extends Annotation> annotationType() {
      return Config.class;
    }
  }

  private AccountIdentity open(boolean createIfMissing) {
    return new AccountIdentity(new TestConfig(directory.toString(), createIfMissing, "jdk"));
  }

  private void put(String name, String text) throws IOException {
    AccountDirectory files = new AccountDirectory(directory);
    files.write(name, text.toCharArray());
  }

  @Test
  void makesAnAccountThatStays() throws Exception {
    AccountIdentity first = open(true);
    String frame = first.envelopes().seal(new byte[] {1, 2, 3});
    first.wipe();

    AccountIdentity second = open(false);

    assertThat(second.account()).isEqualTo(first.account());
    assertThat(second.self()).isEqualTo(first.self());
    assertThat(second.self().value()).matches("node\\.[A-Za-z0-9_-]{27}");
    assertThat(second.envelopes().open(frame)).containsExactly(1, 2, 3);
    assertThat(second.envelopes()).isSameAs(second.envelopes());
    assertThat(second.sessions()).isSameAs(second.sessions());
    assertThat(second.signals()).isSameAs(second.signals());
  }

  @Test
  void aDeviceThatLostItsMnemonicDoesNotLeaveItsAccount() throws Exception {
    open(true).wipe();
    Files.delete(directory.resolve("mnemonic"));

    assertThatThrownBy(() -> open(true))
        .hasMessageContaining("mnemonic is missing, but this device has been in an account");
    assertThat(directory.resolve("mnemonic")).doesNotExist();
  }

  @Test
  void theVersion2KeysStayToo() throws Exception {
    AccountIdentity first = open(true);
    String sealed = first.signals().seal(new byte[] {1, 2}, first.self(), first.self());
    Ephemeral begun = first.sessions().begin();
    first.wipe();

    AccountIdentity second = open(false);
    PeerId other = PeerId.ofNode("other");
    ChannelBinding binding = new ChannelBinding(new byte[] {1});
    Ephemeral theirs = second.sessions().begin();
    byte[] share = theirs.share();
    SessionKeys ours = second.sessions().agree(begun, share, second.self(), other, binding);
    SessionKeys peers =
        second.sessions().agree(theirs, begun.share(), other, second.self(), binding);

    assertThat(second.signals().open(sealed, first.self(), first.self())).containsExactly(1, 2);
    byte[] frame = first.sessions().seal(ours, (byte) 0, new byte[] {3}, 0, 1);
    assertThat(second.sessions().open(peers, frame).bytes()).containsExactly(3);
  }

  @Test
  void onlyTheOwnerMayReadAndNothingElseIsLeft() throws IOException {
    assumeTrue(POSIX, "a file system with POSIX permissions");
    open(true);

    assertThat(permissions(directory)).isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertThat(all)
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrder("mnemonic", "device-key", "account-key-v2");
      for (Path file : all) {
        assertThat(permissions(file)).isEqualTo("rw-------");
      }
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-"})
  void aMnemonicOpenToOthersIsRefused(String permissions) throws IOException {
    assumeTrue(POSIX, "a file system with POSIX permissions");
    put("mnemonic", Vectors.firstMnemonic());
    Path file = directory.resolve("mnemonic");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

    assertThatThrownBy(() -> open(false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("chmod 600 " + file);
  }

  @Test
  void aDirectoryThatOthersMayWriteToIsRefused() throws IOException {
    assumeTrue(POSIX, "a file system with POSIX permissions");
    put("mnemonic", Vectors.firstMnemonic());
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThatThrownBy(() -> open(false)).hasMessageContaining("chmod 700 " + directory);
  }

  @Test
  void takesAMnemonicMadeElsewhere() throws IOException {
    put("mnemonic", "  " + Vectors.firstMnemonic().replace("art", "ART\r\n"));

    assertThat(open(false).account()).isEqualTo(Vectors.first().id());
  }

  @Test
  void takesAMnemonicWithoutChecksum() throws IOException {
    put("mnemonic", "abandon ".repeat(23) + "about\n");

    assertThat(open(false).account().value()).hasSize(43);
  }

  @Test
  void saysWhichWordIsMisspelt() throws IOException {
    put("mnemonic", "abandon ".repeat(4) + "abandn " + "abandon ".repeat(18) + "art\n");

    assertThatThrownBy(() -> open(true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("word 5, 'abandn', is not in the list; likely abandon");
    assertThat(Files.readString(directory.resolve("mnemonic"))).contains("abandn");
  }

  @Test
  void saysHowManyWordsThereAre() throws IOException {
    put("mnemonic", "abandon art");

    assertThatThrownBy(() -> open(true)).hasMessageContaining("has 2 words");
  }

  @Test
  void doesNotMakeAnAccountUnasked() {
    assertThatThrownBy(() -> open(false)).hasMessageContaining("createIfMissing=true");
    assertThat(directory.resolve("mnemonic")).doesNotExist();
  }

  @Test
  void refusesFilesThatAreNoShortText() throws IOException {
    put("mnemonic", "x");
    Path file = directory.resolve("mnemonic");

    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> open(true)).hasMessageContaining("UTF-8");
    Files.write(file, new byte[AccountDirectory.MAX_FILE_BYTES + 1]);
    assertThatThrownBy(() -> open(true)).hasMessageContaining("4096 bytes");
    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(() -> open(true)).hasMessageContaining("is not a file");
  }

  @Test
  void aDeviceProvesItsNameAndThatItBelongsInTheRoom() {
    AccountIdentity identity = open(true);
    Credentials credentials = identity.credentials();
    byte[] statement = {1, 2, 3};

    byte[] signature = credentials.sign(statement);
    byte[] member = credentials.signAsMember(identity.nodeRoom(), statement);

    assertThat(credentials).isSameAs(identity.credentials());
    assertThat(credentials.peer()).isEqualTo(identity.self());
    assertThat(identity.isSignedBy(identity.self(), credentials.key(), statement, signature))
        .isTrue();
    assertThat(DeviceKeys.isSignedBy(identity.self(), credentials.key(), statement, signature))
        .isTrue();
    assertThat(member).isNotNull();
    assertThat(DeviceKeys.isSignedBy(identity.nodeRoom(), statement, requireNonNull(member)))
        .isTrue();
    assertThat(credentials.signAsMember(identity.account().room(), statement)).isNull();
  }

  @Test
  void nobodyElseIsTakenForADevice() throws IOException {
    AccountIdentity ann = open(true);
    directory = directory.resolveSibling("other");
    AccountIdentity bob = open(true);
    byte[] statement = {1, 2, 3};
    byte[] signature = bob.credentials().sign(statement);
    byte[] key = bob.credentials().key();
    byte[] cut = Arrays.copyOf(signature, 63);
    byte[] changed = signature.clone();
    changed[0] ^= 1;

    assertThat(ann.isSignedBy(bob.self(), key, statement, signature)).isTrue();
    assertThat(ann.isSignedBy(ann.self(), key, statement, signature)).isFalse();
    assertThat(ann.isSignedBy(ann.self(), ann.credentials().key(), statement, signature)).isFalse();
    assertThat(ann.isSignedBy(bob.self(), key, new byte[] {1, 2}, signature)).isFalse();
    assertThat(ann.isSignedBy(bob.self(), key, statement, cut)).isFalse();
    assertThat(ann.isSignedBy(bob.self(), key, statement, changed)).isFalse();
    assertThat(ann.isSignedBy(bob.self(), new byte[0], statement, signature)).isFalse();
  }

  @Test
  void devicesOfAnAccountHaveTheirOwnNamesAndOneRoom() throws IOException {
    put("mnemonic", Vectors.firstMnemonic());
    AccountIdentity ann = open(false);
    directory = directory.resolveSibling("other");
    put("mnemonic", Vectors.firstMnemonic());
    AccountIdentity bob = open(false);

    assertThat(ann.self()).isNotEqualTo(bob.self());
    assertThat(ann.nodeRoom()).isEqualTo(bob.nodeRoom());
    assertThat(ann.nodeRoom().value()).matches("r2\\.[A-Za-z0-9_-]{43}");
  }

  /** A name that was drawn by an older node proves nothing. */
  @Test
  void aDeviceWithADrawnNameGetsAKey() throws IOException {
    put("mnemonic", Vectors.firstMnemonic());
    put("peer-id", "node.AAAAAAAAAAAAAAAAAAAAAA");

    AccountIdentity identity = open(false);

    assertThat(identity.self().value()).matches("node\\.[A-Za-z0-9_-]{27}");
    assertThat(directory.resolve("peer-id")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " \n",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 node.AAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "\u00e4AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 node.AAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
      })
  void aDamagedDeviceKeyIsRefusedAndNeverReplaced(String text) throws IOException {
    put("mnemonic", Vectors.firstMnemonic());
    put("device-key", text);

    assertThatThrownBy(() -> open(true))
        .hasMessageContaining("device-key")
        .hasMessageContaining("damaged");
    assertThat(directory.resolve("device-key")).hasContent(text);
  }

  @Test
  void aDeviceKeyWithAChangedBitIsRefused() throws IOException {
    open(true);
    Path file = directory.resolve("device-key");
    String text = Files.readString(file);
    put("device-key", (text.charAt(0) == 'A' ? 'B' : 'A') + text.substring(1));

    assertThatThrownBy(() -> open(true)).hasMessageContaining("damaged");
  }

  @Test
  void aDeviceKeyOpenToOthersIsRefused() throws IOException {
    assumeTrue(POSIX, "a file system with POSIX permissions");
    open(true);
    Path file = directory.resolve("device-key");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> open(true)).hasMessageContaining("chmod 600 " + file);
  }

  @Test
  void namesTheWrongConfiguration() {
    assertThatThrownBy(() -> new AccountIdentity(new TestConfig(" ", true, "jdk")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("accountDirectory");
    assertThatThrownBy(
            () -> new AccountIdentity(new TestConfig(directory.toString(), true, "other")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "cipherProvider of org.chroniclesync.crypto.bouncycastle is \"other\"")
        .hasMessageContaining("bouncycastle");
  }

  @Test
  void stopWipesTheKey() throws EnvelopeException {
    AccountIdentity identity = open(true);
    String frame = identity.envelopes().seal(new byte[1]);

    identity.wipe();

    assertThatThrownBy(() -> identity.envelopes().seal(new byte[1]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> identity.envelopes().open(frame))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> identity.signals().seal(new byte[1], identity.self(), identity.self()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> identity.credentials().sign(new byte[1]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> identity.credentials().signAsMember(identity.nodeRoom(), new byte[1]))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void registersNoProvider() throws EnvelopeException {
    AccountIdentity identity =
        new AccountIdentity(new TestConfig(directory.toString(), true, "bouncycastle"));

    assertThat(identity.envelopes().open(identity.envelopes().seal(new byte[7]))).hasSize(7);
    assertThat(Security.getProvider("BC")).isNull();
  }
}
