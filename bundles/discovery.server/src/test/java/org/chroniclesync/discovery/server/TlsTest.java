// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.chroniclesync.testkits.configuration.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The service with TLS of its own, and files that somebody renews. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class TlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String NEVER = "never before";

  private final TestAuthority authority = new TestAuthority();
  private final HttpClient http;
  private final int port;

  private final Path folder;
  private Path key;
  private Path chain;

  TlsTest(@TempDir Path folder) throws Exception {
    this.folder = folder;
    key = folder.resolve("privkey.pem");
    chain = folder.resolve("fullchain.pem");
    port = FreePort.find();
    http = HttpClient.newBuilder().sslContext(authority.trusting()).build();
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("tlsPort", port);
    settings.put("tlsHost", "127.0.0.1");
    settings.put("tlsKey", key.toString());
    settings.put("tlsCertificate", chain.toString());
    return settings;
  }

  private TestServer server() throws Exception {
    return new TestServer(settings());
  }

  private BigInteger write(TestAuthority.Issued issued) throws IOException {
    issued.write(key, chain);
    return issued.certificate().getSerialNumber();
  }

  private TestClient joined(String name) throws Exception {
    TestClient client =
        new TestClient(
            http, URI.create("wss://127.0.0.1:" + port + "/?roomId=room&clientId=" + name));
    client.say("{\"type\":\"ping\"}");
    client.hears("{\"type\":\"pong\"}");
    return client;
  }

  private String health() throws Exception {
    return http.send(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/health")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA"})
  void thoseWithTlsAndThoseWithoutMeet(String algorithm) throws Exception {
    write(authority.issue(algorithm));
    try (TestServer server = server();
        TestClient ann = joined("ann");
        TestClient bob = TestClient.joined(server, "room", "bob")) {
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");
      ann.say("{\"type\":\"signal\",\"targetId\":\"bob\",\"signal\":{\"a\":1}}");
      bob.hears("{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{\"a\":1}}");
      assertThat(health()).startsWith("{\"status\":\"ok\"");
    }
  }

  @Test
  void aRenewedCertificateIsUsedAndNobodyIsDropped() throws Exception {
    BigInteger first = write(authority.issue("EC"));
    try (TestServer server = server();
        TestClient ann = joined("ann")) {
      assertThat(server.port()).isPositive();
      assertThat(authority.serialAt(port)).isEqualTo(first);
      for (String algorithm : new String[] {"RSA", "EC"}) {
        BigInteger next = write(authority.issue(algorithm));
        await().atMost(PATIENCE).until(() -> authority.serialAt(port).equals(next));
      }
      try (TestClient bob = joined("bob")) {
        ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");
        assertThat(bob.heardNothing()).isTrue();
      }
      assertThat(health()).startsWith("{\"status\":\"ok\"");
    }
  }

  @Test
  void aBadPairKeepsTheOldAndIsSaidUntilItIsMended() throws Exception {
    BigInteger first = write(authority.issue("EC"));
    try (TestServer server = server();
        TestClient ann = joined("ann")) {
      // The key of one, the certificate of another.
      TestAuthority.Issued other = authority.issue("EC");
      Files.writeString(chain, other.chain());
      await().atMost(PATIENCE).until(() -> health().startsWith("{\"status\":\"degraded\""));
      assertThat(health()).contains("\"troubles\":[\"The files of the certificate changed");
      assertThat(health()).doesNotContain(folder.toString());
      assertThat(authority.serialAt(port)).isEqualTo(first);

      Files.delete(key);
      assertThat(authority.serialAt(port)).isEqualTo(first);

      BigInteger mended = write(other);
      await().atMost(PATIENCE).until(() -> health().startsWith("{\"status\":\"ok\""));
      assertThat(authority.serialAt(port)).isEqualTo(mended);
      assertThat(ann.heardNothing()).isTrue();
      assertThat(server.port()).isPositive();
    }
  }

  @Test
  void otherFilesAreUsedWhenTheConfigurationNamesThem() throws Exception {
    write(authority.issue("EC"));
    try (TestServer server = server();
        TestClient ann = joined("ann")) {
      key = folder.resolve("other-key.pem");
      chain = folder.resolve("other-chain.pem");
      BigInteger next = write(authority.issue("EC"));
      server.change(settings());
      await().atMost(PATIENCE).until(() -> authority.serialAt(port).equals(next));
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void aHandshakeThatTakesLongIsCutAndThoseInsideStay() throws Exception {
    write(authority.issue("EC"));
    Map<String, Object> settings = settings();
    settings.put("handshakeMillis", 5_000L);
    try (TestServer server = new TestServer(settings);
        TestClient ann = joined("ann");
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), port)) {
      silent.setSoTimeout(60_000);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(ann.heardNothing()).isTrue();
      assertThat(server.port()).isPositive();
    }
  }

  @Test
  void theConnectionsOfAnAddressAreCountedAtBothPorts() throws Exception {
    write(authority.issue("EC"));
    Map<String, Object> settings = settings();
    settings.put("connectionsPerAddress", 1);
    try (TestServer server = new TestServer(settings);
        TestClient ann = joined("ann");
        RawClient other = new RawClient(server.port())) {
      assertThat(other.upgrade("/?roomId=room&clientId=bob").status()).isEqualTo(429);
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void oldVersionsOfTlsAreRefused() throws Exception {
    write(authority.issue("RSA"));
    try (TestServer server = server();
        SSLSocket socket =
            (SSLSocket) authority.trusting().getSocketFactory().createSocket("127.0.0.1", port)) {
      assertThat(server.port()).isPositive();
      socket.setEnabledProtocols(new String[] {"TLSv1.1"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLHandshakeException.class);
    }
  }

  @Test
  void aPortThatIsTakenIsRefusedWithWhatToDo() throws Exception {
    write(authority.issue("EC"));
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.getLocalPort()).isEqualTo(port);
      assertThatThrownBy(this::server)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("TLS cannot be served at port " + port)
          .hasMessageContaining("Set tlsHost and tlsPort");
    }
    // Nothing of it is left.
    try (TestServer server = server()) {
      assertThat(server.port()).isPositive();
      assertThat(health()).startsWith("{\"status\":\"ok\"");
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aKeyThatOthersMayReadIsRefusedWithWhatToDo() throws Exception {
    write(authority.issue("EC"));
    for (String open : new String[] {"rw----r--", "rw-----w-", "rw--w----"}) {
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(open));
      assertThatThrownBy(this::server)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tlsKey can be read or written by others")
          .hasMessageContaining("chmod 600 " + key);
    }
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
    try (TestServer server = server()) {
      assertThat(server.port()).isPositive();
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r-----r--"));
      await().atMost(PATIENCE).until(() -> health().startsWith("{\"status\":\"degraded\""));
    }
  }

  static Stream<Arguments> badFiles() throws Exception {
    TestAuthority authority = new TestAuthority();
    TestAuthority.Issued good = authority.issue("EC");
    TestAuthority.Issued rsa = authority.issue("RSA");
    TestAuthority.Issued old = authority.issue("EC", Instant.now().minus(Duration.ofDays(1)));
    TestAuthority.Issued young = authority.issue("EC", Instant.now().plus(Duration.ofDays(90)));
    TestAuthority.Issued ed = authority.issue("Ed25519");
    String middle = good.chain().substring(good.chain().indexOf("-----END") + 26);
    String alone = good.chain().substring(0, good.chain().length() - middle.length());
    return Stream.of(
        Arguments.of(authority.issue("EC").key(), good.chain(), "tlsKey does not belong"),
        Arguments.of(rsa.key(), good.chain(), "tlsKey does not belong"),
        Arguments.of(old.key(), old.chain(), "and not now: renew it"),
        Arguments.of(young.key(), young.chain(), "and not now: renew it"),
        Arguments.of(ed.key(), ed.chain(), "take RSA or EC"),
        Arguments.of(good.key(), middle + alone, "Certificate 1 of tlsCertificate was not issued"),
        Arguments.of(good.key(), alone + alone, "Certificate 1 of tlsCertificate was not issued"),
        Arguments.of(good.key(), "", "must hold 1 to 10 certificates"),
        Arguments.of(good.key(), alone.repeat(11), "must hold 1 to 10 certificates"),
        Arguments.of(
            good.key(), TestAuthority.pem("CERTIFICATE", new byte[] {1, 2}), "that is broken"),
        Arguments.of(good.key(), "x".repeat(300_000), "tlsCertificate is larger than any"),
        Arguments.of("", good.chain(), "tlsKey holds no key in PEM"),
        Arguments.of("x".repeat(300_000), good.chain(), "tlsKey is larger than any"),
        Arguments.of(
            TestAuthority.pem("PRIVATE KEY", new byte[] {1, 2}),
            good.chain(),
            "tlsKey does not belong"),
        Arguments.of(
            TestAuthority.pem("RSA PRIVATE KEY", new byte[] {1, 2}),
            good.chain(),
            "openssl pkcs8 -topk8 -nocrypt"),
        Arguments.of(
            TestAuthority.pem("ENCRYPTED PRIVATE KEY", new byte[] {1, 2}),
            good.chain(),
            "without a password"),
        Arguments.of(good.key(), NEVER, "tlsCertificate cannot be read"));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void filesThatAreNotGoodAreRefusedWithWhatToDo(String keyText, String chainText, String said)
      throws Exception {
    new TestAuthority.Issued(keyText, chainText, authority.issue("EC").certificate())
        .write(key, chain);
    if (chainText.equals(NEVER)) {
      Files.delete(chain);
    }
    assertThatThrownBy(this::server)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(said)
        .hasMessageContaining(folder.toString())
        .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("BEGIN"));
  }

  @Test
  void aPortWithoutFilesIsRefused() {
    assertThatThrownBy(() -> new TestServer(Map.of("tlsPort", port)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tlsCertificate of org.chroniclesync.discovery.server is missing");
  }
}
