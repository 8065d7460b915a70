// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onvoid.webrtc.RTCIceServer;
import dev.onvoid.webrtc.TlsCertPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IceServerTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String SECRET = "north-of-the-river";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private Path file(String content, String rights) throws IOException {
    Path file = Files.writeString(folder.resolve("credential"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
  }

  private static IceServer only(String line) {
    return Settings.of(Pair.config(Map.of("iceServers", new String[] {line}))).iceServers().get(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"stun:stun.example.org", "stuns:192.0.2.1:5349", "stun:[2001:db8::1]:3478"})
  void aStunServerIsAnAddressAlone(String url) {
    IceServer server = only(url);
    assertThat(server.relays()).isFalse();
    assertThat(server.at(NOW).urls).containsExactly(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "turn:turn.example.org",
        "turn:turn.example.org:443?transport=tcp",
        "turns:turn.example.org:443?transport=tcp",
        "turn:[2001:db8::1]:3478?transport=udp"
      })
  void aTurnServerGetsTheNameAndWhatTheFileHolds(String url) throws IOException {
    RTCIceServer server = only(url + "|ann|" + file(SECRET + "\nmore\n", "rw-------")).at(NOW);
    assertThat(server.urls).containsExactly(url);
    assertThat(server.username).isEqualTo("ann");
    assertThat(server.password).isEqualTo(SECRET);
    assertThat(server.tlsCertPolicy).isEqualTo(TlsCertPolicy.SECURE);
  }

  /** Computed with openssl dgst -sha1 -hmac. */
  @Test
  void aSharedSecretGivesANameAndAPasswordForADay() throws IOException {
    String line = "turn:turn.example.org|%s|" + file(SECRET, "rw-------") + "|time-limited";
    RTCIceServer ann = only(line.formatted("ann")).at(NOW);
    assertThat(ann.username).isEqualTo("1700086400:ann");
    assertThat(ann.password).isEqualTo("TNEy9jW4opPaTQEXVx1NBHJlf6g=");
    RTCIceServer nobody = only(line.formatted("")).at(NOW);
    assertThat(nobody.username).isEqualTo("1700086400");
    assertThat(nobody.password).isEqualTo("syOTK0wy+tlKaNBm5jiuswmjvZY=");
    assertThat(only(line.formatted("ann")).at(NOW.plusSeconds(1)).username)
        .isEqualTo("1700086401:ann");
  }

  @Test
  void aCertificateOfOnesOwnIsAcceptedWhereThatIsSaid() throws IOException {
    String line = "turns:192.0.2.1|ann|" + file(SECRET, "rw-------") + "|any-certificate";
    assertThat(only(line).at(NOW).tlsCertPolicy).isEqualTo(TlsCertPolicy.INSECURE_NO_CHECK);
    assertThat(only(line + "|time-limited").at(NOW).username).startsWith("1700086400");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://turn.example.org",
        "stun:",
        "stun:a b",
        "stun:stun.example.org:0",
        "stun:stun.example.org:70000",
        "stun:stun.example.org?transport=tcp",
        "stun:stun.example.org|ann|/tmp/x",
        "turn:turn.example.org",
        "turn:turn.example.org|ann",
        "turn:turn.example.org?transport=sctp|ann|FILE",
        "turn:turn.example.org||FILE",
        "turn:turn.example.org|ann|FILE|for-ever",
        "turn:turn.example.org/path|ann|FILE"
      })
  void whatIsNoServerIsRefused(String line) throws IOException {
    String known = line.replace("FILE", file(SECRET, "rw-------").toString());
    assertThatThrownBy(() -> only(known))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("iceServers of org.chroniclesync.transport.webrtc")
        .hasMessageContaining("turn:HOST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "  \nsecret"})
  void aFileWithoutACredentialIsRefused(String content) throws IOException {
    String line = "turn:turn.example.org|ann|" + file(content, "rw-------");
    assertThatThrownBy(() -> only(line)).hasMessageContaining("first line");
  }

  @Test
  void aFileThatOthersCanReadIsRefusedWithTheRemedy() throws IOException {
    String line = "turn:turn.example.org|ann|" + file(SECRET, "rw-r--r--");
    assertThatThrownBy(() -> only(line))
        .hasMessageContaining("chmod 600")
        .hasMessageNotContaining(SECRET);
  }

  /** Whoever takes the place of the file, or the address, for that of the password. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "turn:turn.example.org|ann|north-of-the-river",
        "turn:turn.example.org|ann|north-of-the-river\0",
        "turn:ann:north-of-the-river@turn.example.org|ann|/tmp/x"
      })
  void aSecretInTheLineIsNotShown(String line) {
    assertThatThrownBy(() -> only(line))
        .hasMessageContaining("iceServers")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void nothingShowsASecret() throws IOException {
    Path file = file(SECRET, "rw-------");
    assertThat(only("turn:turn.example.org|ann|" + file).toString()).doesNotContain(SECRET);
    assertThat(only("turn:turn.example.org||" + file + "|time-limited").toString())
        .doesNotContain(SECRET);
    TimedLogin timed = TimedLogin.until(NOW, "ann", SECRET);
    assertThat(timed.toString()).doesNotContain(timed.password());
  }

  @Test
  void relayOnlyNeedsARelay() {
    assertThatThrownBy(
            () ->
                Settings.of(
                    Pair.config(
                        Map.of("relayOnly", true, "iceServers", new String[] {"stun:192.0.2.1"}))))
        .hasMessageContaining("relayOnly");
  }
}
