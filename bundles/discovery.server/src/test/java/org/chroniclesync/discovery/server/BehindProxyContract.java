// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.discovery.support.JoinStatement;
import org.chroniclesync.testkits.configuration.FreePort;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service behind a proxy, configured as the documentation says, but for ports and times. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
abstract class BehindProxyContract {
  private static final Path DOCUMENT = Path.of("..", "..", "docs", "operations.md");

  /** A ping comes after half of the idle time, and the times of the proxy are 10 s. */
  private static final long PINGING = 8_000;

  private static final int PINGS = 4;
  private static final long NOT_PINGING = 3_600_000;

  private static final String ANN = "127.0.0.2";
  private static final String BOB = "127.0.0.3";

  private final TestAuthority authority;
  private final String name;
  Path folder = Path.of("");
  int port;
  private @Nullable TestServer server;
  private @Nullable Process proxy;

  BehindProxyContract(String name) throws Exception {
    this.name = name;
    authority = new TestAuthority();
  }

  /** Writes what the proxy reads, from the block of the documentation. */
  abstract String configuration(
      String documented, TestAuthority.Issued issued, String handshakeTime) throws IOException;

  abstract List<String> command(Path file);

  int servicePort() {
    return Objects.requireNonNull(server).port();
  }

  @BeforeEach
  void remember(@TempDir Path given) {
    folder = given;
  }

  private void start(long idleMillis) throws Exception {
    start(idleMillis, "300s");
  }

  private void start(long idleMillis, String handshakeTime) throws Exception {
    assumeTrue(isInstalled(), name + " is not installed");
    port = FreePort.find();
    server =
        new TestServer(
            Map.of(
                "trustedProxies",
                new String[] {"127.0.0.1"},
                "authorities",
                new String[] {"127.0.0.1:" + port, "localhost"},
                "connectionsPerAddress",
                1,
                "idleMillis",
                idleMillis));
    Path file =
        Files.writeString(
            folder.resolve("configuration"),
            configuration(documented(), authority.issue("EC"), handshakeTime));
    proxy =
        new ProcessBuilder(command(file))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    await().atMost(60, TimeUnit.SECONDS).until(this::listens);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (proxy != null) {
      proxy.destroy();
      proxy.waitFor();
    }
    if (server != null) {
      server.close();
    }
  }

  private boolean isInstalled() throws InterruptedException {
    try {
      return new ProcessBuilder(name, "-v").redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean listens() throws IOException {
    if (!Objects.requireNonNull(proxy).isAlive()) {
      throw new AssertionError(Files.readString(folder.resolve("out")));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private String documented() throws IOException {
    Matcher block =
        Pattern.compile("(?s)```" + name + "\n(.*?)```").matcher(Files.readString(DOCUMENT));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }

  private Socket tls(String from) throws Exception {
    Socket socket =
        authority
            .trusting()
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(from), 0);
    socket.setSoTimeout(60_000);
    return socket;
  }

  private int upgrade(RawClient client, String peer, String... header) throws IOException {
    return client.upgrade("/?roomId=room&clientId=" + peer, header).status();
  }

  @Test
  void aNodeProvesItsNameThroughTheProxy() throws Exception {
    start(NOT_PINGING);
    NodeCredentials node = NodeCredentials.create();
    String at = "127.0.0.1:" + port;
    HttpClient http = HttpClient.newBuilder().sslContext(authority.trusting()).build();
    try (TestClient client =
        new TestClient(
            http,
            URI.create(
                "wss://%s/?clientId=%s&roomId=%s&proof=1"
                    .formatted(at, node.peer(), node.room().value())))) {
      client.say(
          ProofTest.answer(
              node, new JoinStatement(ProofTest.nonce(client), at, node.room(), node.peer())));
      assertThat(client.heardNothing()).isTrue();
    }
  }

  @Test
  void theLimitsCountTheClientAndNotTheProxyNorWhatTheClientInvents() throws Exception {
    start(NOT_PINGING);
    String[] invented = {"X-Forwarded-For", "192.0.2.7"};
    try (RawClient ann = new RawClient(tls(ANN));
        RawClient again = new RawClient(tls(ANN));
        RawClient liar = new RawClient(tls(ANN));
        RawClient bob = new RawClient(tls(BOB))) {
      assertThat(upgrade(ann, "ann")).isEqualTo(101);
      ann.text("{\"type\":\"ping\"}");
      assertThat(ann.next().text()).isEqualTo("{\"type\":\"pong\"}");
      assertThat(upgrade(again, "again")).isEqualTo(429);
      assertThat(upgrade(liar, "liar", invented)).isEqualTo(429);
      assertThat(upgrade(bob, "bob")).isEqualTo(101);
    }
  }

  @Test
  void whoIsSilentIsKeptByThePingsOfTheService() throws Exception {
    start(PINGING);
    try (RawClient ann = new RawClient(tls(ANN))) {
      assertThat(upgrade(ann, "ann")).isEqualTo(101);
      for (int i = 0; i < PINGS; i++) {
        RawClient.Frame frame = ann.next();
        assertThat(frame.opcode()).isEqualTo(RawClient.PING);
        ann.frame(RawClient.FINAL | RawClient.PONG, new byte[0]);
      }
      ann.text("{\"type\":\"ping\"}");
      assertThat(textOf(ann)).isEqualTo("{\"type\":\"pong\"}");
    }
  }

  /** The next text; a ping of the service may come before. */
  private static String textOf(RawClient client) throws IOException {
    RawClient.Frame frame = client.next();
    while (frame.opcode() == RawClient.PING) {
      client.frame(RawClient.FINAL | RawClient.PONG, new byte[0]);
      frame = client.next();
    }
    return frame.text();
  }

  @Test
  void slowHandshakesEndAtTheProxy() throws Exception {
    start(NOT_PINGING, "3s");
    try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket slow = tls(ANN)) {
      slow.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\nX: ".getBytes(US_ASCII));
      slow.setSoTimeout(50);
      await().atMost(60, TimeUnit.SECONDS).until(() -> isAtItsEnd(slow));
      silent.setSoTimeout(60_000);
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
  }

  /** One byte more, and whether there is an end to read. */
  private static boolean isAtItsEnd(Socket slow) throws IOException {
    try {
      slow.getOutputStream().write('x');
      // Some proxies say that it took too long before they end it.
      return slow.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
