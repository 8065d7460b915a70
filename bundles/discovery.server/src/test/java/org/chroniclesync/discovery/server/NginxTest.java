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
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.discovery.support.JoinStatement;
import org.chroniclesync.testkits.configuration.FreePort;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service behind nginx, configured as the documentation says, but for ports and TLS. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class NginxTest {
  private static final Path DOCUMENT = Path.of("..", "..", "docs", "operations.md");
  private static final Pattern BLOCK = Pattern.compile("(?s)```nginx\n(.*?)```");

  private Path folder = Path.of("");
  private int port;
  private TestServer server;
  private Process nginx;

  @BeforeEach
  void start(@TempDir Path given) throws Exception {
    folder = given;
    assumeTrue(isInstalled(), "nginx is not installed");
    port = FreePort.find();
    server =
        new TestServer(
            Map.of("trustForwardedFor", true, "authorities", new String[] {"127.0.0.1:" + port}));
    Path file = Files.writeString(folder.resolve("nginx.conf"), configuration());
    nginx =
        new ProcessBuilder("nginx", "-p", folder.toString(), "-c", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    await().atMost(60, TimeUnit.SECONDS).until(this::listens);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (nginx != null) {
      nginx.destroy();
      nginx.waitFor();
    }
    if (server != null) {
      server.close();
    }
  }

  private static boolean isInstalled() throws InterruptedException {
    try {
      return new ProcessBuilder("nginx", "-v").redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean listens() throws IOException {
    if (!nginx.isAlive()) {
      throw new AssertionError(Files.readString(folder.resolve("out")));
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private String configuration() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(DOCUMENT));
    assertThat(block.find()).isTrue();
    String http =
        block
            .group(1)
            .replace("listen 443 ssl;", "listen 127.0.0.1:" + port + ";")
            .replaceAll("ssl_certificate.*;", "")
            .replace("client_header_timeout 10s", "client_header_timeout 3s")
            .replace("127.0.0.1:8080", "127.0.0.1:" + server.port());
    StringBuilder places = new StringBuilder("access_log off;\n");
    for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      places.append("%s_temp_path %s/%s;%n".formatted(kind, folder, kind));
    }
    return "daemon off; master_process off; pid %s/pid; error_log stderr;%n".formatted(folder)
        + "events { worker_connections 256; }\nhttp {\n"
        + places
        + http
        + "}\n";
  }

  @Test
  void aNodeProvesItsNameThroughTheProxy() throws Exception {
    NodeCredentials node = NodeCredentials.create();
    String at = "127.0.0.1:" + port;
    try (TestClient client =
        new TestClient(
            URI.create(
                "ws://%s/?clientId=%s&roomId=%s&proof=1"
                    .formatted(at, node.peer(), node.room().value())))) {
      client.say(
          ProofTest.answer(
              node, new JoinStatement(ProofTest.nonce(client), at, node.room(), node.peer())));
      assertThat(client.heardNothing()).isTrue();
    }
  }

  @Test
  void slowHandshakesEndAtTheProxy() throws Exception {
    try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
      slow.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\nX: ".getBytes(US_ASCII));
      slow.setSoTimeout(50);
      await().atMost(60, TimeUnit.SECONDS).until(() -> isAtItsEnd(slow));
    }
  }

  /** One byte more, and whether there is an end to read. */
  private static boolean isAtItsEnd(Socket slow) throws IOException {
    try {
      slow.getOutputStream().write('x');
      return slow.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }
}
