// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.testkits.configuration.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who asks by HTTP gets the numbers, pages do not, and nobody can keep the others from it. */
@Timeout(600)
class ServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(1);

  private volatile Supplier<NodeStatus> status = Statuses::eventful;
  private int port;
  private Server server;

  @BeforeEach
  void start() throws IOException {
    server = server(LONG);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Server server(Duration patience) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    port = FreePort.find();
    Responder responder = new Responder(() -> status.get(), Set.of("home.example"));
    return new Server(new InetSocketAddress(loopback, port), responder, patience).start();
  }

  @Test
  void theFormatIsTheOneThatIsAskedFor() throws IOException {
    String old = get("/metrics", "Host: 127.0.0.1:" + port);
    String open =
        get(
            "/metrics?x=y",
            "Host: HOME.example",
            "Accept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

    assertThat(old)
        .startsWith("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4")
        .contains("\nchroniclesync_troubles 1\n")
        .doesNotContain("# EOF");
    assertThat(open)
        .startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text")
        .endsWith("\n# EOF\n");
  }

  @Test
  void headHasTheHeadAlone() throws IOException {
    assertThat(talk("HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\n");
  }

  @Test
  void aPageCanNeitherReadNorGuess() throws IOException {
    String host = "Host: 127.0.0.1:" + port;
    assertThat(get("/metrics", "Host: rebound.example:" + port)).startsWith("HTTP/1.1 421 ");
    assertThat(get("/metrics")).startsWith("HTTP/1.1 421 ");
    assertThat(get("/metrics", host, "Host: 127.0.0.1:" + port)).startsWith("HTTP/1.1 400 ");
    assertThat(get("/metrics", host, "Origin: https://evil.example")).startsWith("HTTP/1.1 403 ");
    assertThat(get("/metrics", host, "Sec-Fetch-Site: cross-site")).startsWith("HTTP/1.1 403 ");
    assertThat(get("/metrics", host, "Sec-Fetch-Site: none"))
        .startsWith("HTTP/1.1 200 ")
        .contains(
            "\r\nX-Content-Type-Options: nosniff\r\n",
            "\r\nCross-Origin-Resource-Policy: same-origin\r\n")
        .doesNotContainIgnoringCase("access-control-allow");
  }

  @Test
  void whatIsNotUnderstoodIsRefused() throws IOException {
    String host = "Host: 127.0.0.1:" + port;
    assertThat(get("/", host)).startsWith("HTTP/1.1 404 ");
    assertThat(talk("POST /metrics HTTP/1.1\r\n" + host + "\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 405 ");
    assertThat(talk("GET http://127.0.0.1/metrics HTTP/1.1\r\n" + host + "\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(talk("GET /metrics HTTP/2.0\r\n" + host + "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(talk("GET /metrics HTTP/1.1\r\n Host: folded\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(talk("\r\n\r\n")).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void ofAHeadWithoutEndNoMoreIsReadThanItMayHave() throws IOException {
    // To the byte: a byte more than is read would have the answer lost in a reset.
    String head = "GET /metrics HTTP/1.1\r\nX: ";
    assertThat(talk(head + "x".repeat(Request.MAX_BYTES - head.length())))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void aNodeThatThrowsIsToldAndAskedAgain() throws IOException {
    status =
        () -> {
          throw new StackOverflowError("the node");
        };
    assertThat(get("/metrics", "Host: 127.0.0.1:" + port))
        .startsWith("HTTP/1.1 500 ")
        .doesNotContain("StackOverflow");

    status = Statuses::empty;
    assertThat(get("/metrics", "Host: 127.0.0.1:" + port)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void whoSaysNothingIsHungUpOnAndMakesRoom() throws IOException {
    server.close();
    server = server(Duration.ofMillis(300));
    List<Socket> silent = new ArrayList<>();
    for (int i = 0; i < Server.MAX_CLIENTS; i++) {
      silent.add(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    for (Socket client : silent) {
      assertThat(ends(client)).isTrue();
    }
    await()
        .atMost(PATIENCE)
        .until(() -> get("/metrics", "Host: 127.0.0.1:" + port).startsWith("HTTP/1.1 200 "));
  }

  @Test
  void oneClientMoreIsHungUpOn() throws Exception {
    CountDownLatch asked = new CountDownLatch(Server.MAX_CLIENTS);
    CountDownLatch go = new CountDownLatch(1);
    status =
        () -> {
          asked.countDown();
          awaitQuietly(go);
          return Statuses.empty();
        };
    List<Socket> served = new ArrayList<>();
    for (int i = 0; i < Server.MAX_CLIENTS; i++) {
      Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
      send(client, "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n");
      served.add(client);
    }
    asked.await();

    assertThat(ends(new Socket(InetAddress.getLoopbackAddress(), port))).isTrue();
    go.countDown();
    for (Socket client : served) {
      assertThat(answer(client)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void theEndHangsUpAndGivesThePortBack() throws IOException {
    Socket silent = new Socket(InetAddress.getLoopbackAddress(), port);

    server.close();

    assertThat(ends(silent)).isTrue();
    assertThatCode(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close())
        .doesNotThrowAnyException();
    // A pool has ended a moment before the last of its threads.
    await().atMost(PATIENCE).until(ServerTest::noThreadIsLeft);
  }

  private static boolean noThreadIsLeft() {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(thread -> thread.getName().startsWith("chroniclesync-metrics"));
  }

  @Test
  void aPortThatIsTakenIsRefusedWhole() {
    assertThatThrownBy(
            () ->
                new Server(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    new Responder(Statuses::empty, Set.of()),
                    LONG))
        .isInstanceOf(IOException.class);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String get(String path, String... headers) throws IOException {
    StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return talk(head + "\r\n");
  }

  private String talk(String request) throws IOException {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
      send(client, request);
      return answer(client);
    }
  }

  private static void send(Socket client, String request) throws IOException {
    client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    client.getOutputStream().flush();
  }

  private static String answer(Socket client) throws IOException {
    return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Waits until the other end is gone, with or without a word. */
  private static boolean ends(Socket client) throws IOException {
    try (client) {
      InputStream in = client.getInputStream();
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }
}
