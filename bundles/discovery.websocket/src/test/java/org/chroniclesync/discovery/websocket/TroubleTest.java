// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.testkits.configuration.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person is told when there is no line. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class TroubleTest {
  private static final String SECRET_ROOM = "Ab3dE6gH";
  private static final int PATIENCE_MILLIS = 60_000;

  /** A listening socket that answers everything with the same words. */
  private static final class Parrot implements AutoCloseable {
    private final ServerSocket listening =
        new ServerSocket(FreePort.find(), 50, InetAddress.getLoopbackAddress());
    private final Thread thread = new Thread(this::answerAll, "parrot");

    private final String answer;

    Parrot(String answer) throws IOException {
      this.answer = answer;
      thread.setDaemon(true);
      thread.start();
    }

    String at(String scheme) {
      return scheme + "://127.0.0.1:" + listening.getLocalPort() + "/";
    }

    private void answerAll() {
      while (!listening.isClosed()) {
        try (Socket socket = listening.accept()) {
          BufferedReader in =
              new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
          String line = in.readLine();
          while (line != null && !line.isEmpty() && answer.startsWith("HTTP")) {
            line = in.readLine();
          }
          socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
        } catch (IOException e) {
          // The client went away, or the socket was closed: the loop's condition tells which.
        }
      }
    }

    /** The port is free when this returns: a thread in accept holds it for a moment longer. */
    @Override
    public void close() throws IOException {
      listening.close();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String http(String statusAndHeaders) {
    return "HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  }

  private static DiscoveryState firstAnswer(String url, Map<String, Object> settings)
      throws InterruptedException {
    Events events = new Events();
    try (Membership membership =
        new WebSocketDiscovery(TestConfig.of(url, settings))
            .join(new RoomId(SECRET_ROOM), Credentials.withoutKey(new PeerId("me")), events)) {
      assertThat(membership.trickles()).isTrue();
      events.state(DiscoveryState.Joining.class);
      return events.state(DiscoveryState.class);
    }
  }

  /** Who answers has all the time that a busy machine may take. */
  private static DiscoveryState.Waiting waiting(String url) throws InterruptedException {
    return waiting(url, 60_000);
  }

  private static DiscoveryState.Waiting waiting(String url, long connectTimeoutMillis)
      throws InterruptedException {
    DiscoveryState state = firstAnswer(url, Map.of("connectTimeoutMillis", connectTimeoutMillis));
    assertThat(state).isInstanceOf(DiscoveryState.Waiting.class);
    assertThat(state.toString()).doesNotContain(SECRET_ROOM);
    return (DiscoveryState.Waiting) state;
  }

  @ParameterizedTest
  @CsvSource({
    "404 Not Found, or it is still starting",
    "200 OK, There is no discovery service at",
    "302 Found, There is no discovery service at",
    "426 Upgrade Required, There is no discovery service at",
    "503 Busy, overloaded or restarting",
    "429 Too Many, asked too often or the room is full"
  })
  void anHttpAnswerIsExplainedAndTriedAgain(String status, String sentence) throws Exception {
    try (Parrot parrot = new Parrot(http(status))) {
      assertThat(waiting(parrot.at("ws")).why()).contains(sentence);
    }
  }

  /** As networks in hotels and trains do until somebody has signed in. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 OK\r\nContent-Type: text/html; charset=utf-8",
        "302 Found\r\nContent-Type: Text/HTML\r\nLocation: /login",
        "302 Found\r\nLocation: http://login.example/",
        "307 Temporary Redirect\r\nLocation: https://login.example/?back=ws",
        "511 Network Authentication Required"
      })
  void aSignInPageIsSaidAndTriedAgainUntilItIsGone(String head) throws Exception {
    Events events = new Events();
    int port;
    Membership membership;
    try (Parrot portal = new Parrot(http(head))) {
      port = portal.listening.getLocalPort();
      membership =
          new WebSocketDiscovery(TestConfig.of(portal.at("ws"), Map.of()))
              .join(new RoomId(SECRET_ROOM), Credentials.withoutKey(new PeerId("me")), events);
      for (int i = 0; i < 3; i++) {
        assertThat(events.state(DiscoveryState.Waiting.class).why())
            .contains("A web page answers at", "HTTP " + head.substring(0, 3), "sign in")
            .doesNotContain(SECRET_ROOM, "login.example");
      }
    }
    try (membership;
        TestService service = new TestService(port, TestService.peers())) {
      events.state(DiscoveryState.Joined.class);
      assertThat(service.heard()).contains("get-peers");
    }
  }

  @Test
  void aNetworkThatWantsASignInIsAskedAgainSoon() {
    Settings settings = Settings.of(TestConfig.of("ws://host/", Map.of("retryMaxMillis", 60_000L)));
    assertThat(settings.signInRetryMax()).isEqualTo(Duration.ofSeconds(10));
    settings = Settings.of(TestConfig.of("ws://host/", Map.of("retryMaxMillis", 3_000L)));
    assertThat(settings.signInRetryMax()).isEqualTo(Duration.ofSeconds(3));
    settings =
        Settings.of(
            TestConfig.of(
                "ws://host/", Map.of("retryBaseMillis", 20_000L, "retryMaxMillis", 60_000L)));
    assertThat(settings.signInRetryMax()).isEqualTo(Duration.ofSeconds(20));
  }

  /** Such as by the sign-in page of a network. */
  @ParameterizedTest
  @ValueSource(strings = {"400 Bad Request", "401 Unauthorized", "403 Forbidden"})
  void aRefusalIsSaidAndTriedAgain(String status) throws Exception {
    Events events = new Events();
    Map<String, Object> quick = Map.of("refusedRetryMaxMillis", 500L);
    int port;
    Membership membership;
    try (Parrot portal = new Parrot(http(status))) {
      port = portal.listening.getLocalPort();
      membership =
          new WebSocketDiscovery(TestConfig.of(portal.at("ws"), quick))
              .join(new RoomId(SECRET_ROOM), Credentials.withoutKey(new PeerId("me")), events);
      for (int i = 0; i < 3; i++) {
        assertThat(events.state(DiscoveryState.Refused.class).why())
            .contains("HTTP " + status.substring(0, 3))
            .containsPattern("(check the url|ask whoever runs)")
            .doesNotContain(SECRET_ROOM);
      }
    }
    try (membership;
        TestService service = new TestService(port, TestService.peers())) {
      events.state(DiscoveryState.Joined.class);
      assertThat(service.heard()).contains("get-peers");
    }
  }

  @Test
  void aRefusalIsTriedAgainLaterThanALostConnection() {
    Settings settings = Settings.of(TestConfig.of("ws://host/", Map.of("retryMaxMillis", 60_000L)));
    assertThat(settings.refusedRetryMax()).isEqualTo(Duration.ofMinutes(5));
    settings = Settings.of(TestConfig.of("ws://host/", Map.of("retryMaxMillis", 3_600_000L)));
    assertThat(settings.refusedRetryMax()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void theServicesRetryTimeIsObeyed() throws Exception {
    try (Parrot parrot = new Parrot(http("429 Too Many\r\nRetry-After: 120"))) {
      assertThat(waiting(parrot.at("ws")).retryAt()).isAfter(Instant.now().plusSeconds(100));
    }
    try (Parrot parrot = new Parrot(http("503 Busy\r\nRetry-After: 999999999"))) {
      assertThat(waiting(parrot.at("ws")).retryAt())
          .isBetween(Instant.now().plusSeconds(3_000), Instant.now().plusSeconds(3_700));
    }
  }

  @Test
  void aRefusedConnectionIsExplained() throws Exception {
    int port = FreePort.find();
    assertThat(waiting("ws://127.0.0.1:" + port).why())
        .startsWith("Nothing answers at 127.0.0.1:" + port);
  }

  @Test
  void anUnknownNameIsExplained() throws Exception {
    assertThat(waiting("ws://no-such-host.invalid/").why())
        .contains("no-such-host.invalid")
        .contains("cannot be found");
  }

  @Test
  void silenceIsExplained() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThat(waiting("ws://127.0.0.1:" + silent.getLocalPort(), 1_000).why())
          .contains("did not answer in time");
    }
  }

  /** The time limit of the JDK's client ends with the head. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "404 Not Found\r\nContent-Length: 10",
        "503 Busy\r\nTransfer-Encoding: chunked",
        "200 OK"
      })
  void anAnswerThatDoesNotEndIsGivenUpAndTriedAgain(String head) throws Exception {
    Events events = new Events();
    ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Membership membership =
        new WebSocketDiscovery(
                TestConfig.of(
                    "ws://127.0.0.1:" + service.getLocalPort(),
                    Map.of("connectTimeoutMillis", 1_000L)))
            .join(new RoomId(SECRET_ROOM), Credentials.withoutKey(new PeerId("me")), events);
    try (service;
        membership) {
      for (int i = 0; i < 2; i++) {
        try (Socket socket = service.accept()) {
          socket.getOutputStream().write(("HTTP/1.1 " + head + "\r\n\r\n").getBytes(ISO_8859_1));
          assertThat(events.state(DiscoveryState.Waiting.class).why())
              .contains("did not answer in time")
              .doesNotContain(SECRET_ROOM);
          assertThat(isLeft(socket)).isTrue();
        }
      }
    }
  }

  /** The client closes the connection, and leaves nothing behind. */
  private static boolean isLeft(Socket socket) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    InputStream in = socket.getInputStream();
    byte[] request = new byte[1_024];
    int read = in.read(request);
    while (read > 0) {
      read = in.read(request);
    }
    return read == -1;
  }

  @Test
  void noTlsIsExplained() throws Exception {
    try (Parrot parrot = new Parrot("I am not secure.\r\n\r\n")) {
      assertThat(waiting(parrot.at("wss")).why()).contains("its url begins with ws://", "Sign in");
    }
  }

  @Test
  void whatIsNoHttpIsExplained() throws Exception {
    try (Parrot parrot = new Parrot("SSH-2.0-parrot\r\n\r\n")) {
      assertThat(waiting(parrot.at("ws")).why()).contains("check the url");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.org",
        "http://example.org",
        "ws:///path",
        "ws://host:99999/",
        "ws://host/#x",
        "ws://user:secret@host/",
        "ws://ho st/"
      })
  void aWrongUrlIsRefusedAtOnce(String url) {
    Config config = TestConfig.of(url, Map.of());
    assertThatThrownBy(() -> new WebSocketDiscovery(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("url of org.chroniclesync.discovery.websocket is ")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aNumberOutsideItsRangeIsNamed() {
    Config config = TestConfig.of("ws://host/", Map.of("retryMaxMillis", 5L));
    assertThatThrownBy(() -> new WebSocketDiscovery(config))
        .hasMessage(
            "retryMaxMillis of org.chroniclesync.discovery.websocket is 5; it must be at least"
                + " retryBaseMillis, which is 20.");
  }

  @Test
  void retryTimesAreReadAndBounded() {
    assertThat(Trouble.retryAfter("7")).isEqualTo(Duration.ofSeconds(7));
    assertThat(Trouble.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT")).isZero();
    assertThat(Trouble.retryAfter("Fri, 01 Jan 2100 00:00:00 GMT")).isEqualTo(Duration.ofHours(1));
    assertThat(Trouble.retryAfter("soon")).isZero();
    assertThat(Trouble.retryAfter("-5")).isZero();
  }

  @Test
  void aServiceThatEndsTheLineSaysWhenToComeBack() {
    Settings settings = Settings.of(TestConfig.of("ws://host/", Map.of()));
    assertThat(closed(1001, "The service is stopping. Retry-After: 17", settings))
        .isEqualTo(Duration.ofSeconds(17));
    assertThat(closed(1013, "Full; try again later. Retry-After: 999999999", settings))
        .isEqualTo(Duration.ofHours(1));
    assertThat(closed(1001, "The service is stopping.", settings)).isZero();
    assertThat(closed(1001, "Retry-After: 17 or so", settings)).isZero();
    assertThat(closed(1001, "Retry-After: 9999999999", settings)).isZero();
  }

  private static Duration closed(int code, String reason, Settings settings) {
    return Trouble.closed(code, reason, false, settings).retryAfter();
  }

  @Test
  void theReasonOfAServiceIsMadeReadable() {
    assertThat(
            Trouble.closed(
                    1008,
                    "\u001b[31mred\u202e\n" + "x".repeat(500),
                    false,
                    Settings.of(TestConfig.of("ws://host/", Map.of())))
                .why())
        .startsWith("The discovery service ended the connection (code 1008: [31mred")
        .hasSizeLessThan(250);
  }
}
