// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients get that keep to nothing, byte by byte. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class HostileClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final byte[] BROKEN_UTF_8 = {'"', (byte) 0xc3, (byte) 0x28, '"'};

  @Test
  void aMessageTooLargeIsAnsweredBy1009() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        RawClient raw = RawClient.joined(server, "r", "c")) {
      raw.frame(RawClient.FINAL | RawClient.TEXT, "x".repeat(65_537).getBytes(UTF_8));
      assertThat(raw.awaitClose().closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void aMessageOfManyFramesIsBoundedToo() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        RawClient raw = RawClient.joined(server, "r", "c")) {
      byte[] part = "x".repeat(30_000).getBytes(UTF_8);
      raw.frame(RawClient.TEXT, part);
      raw.frame(RawClient.CONTINUATION, part);
      raw.frame(RawClient.CONTINUATION, part);
      assertThat(raw.awaitClose().closeCode()).isEqualTo(1009);
    }
  }

  @Test
  void aMessageOfExactlyTheLimitIsRead() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "r", "ann");
        RawClient raw = RawClient.joined(server, "r", "c")) {
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"c\"}");
      String before = "{\"type\":\"signal\",\"targetId\":\"ann\",\"signal\":{\"sdp\":\"";
      String sdp = "x".repeat(65_536 - before.length() - 3);
      raw.text(before + sdp + "\"}}");
      ann.hears("{\"type\":\"signal\",\"peerId\":\"c\",\"signal\":{\"sdp\":\"" + sdp + "\"}}");
    }
  }

  @Test
  void brokenUtf8IsAnsweredBy1007() throws Exception {
    try (TestServer server = new TestServer(Map.of())) {
      for (int opcode : new int[] {RawClient.TEXT, RawClient.BINARY}) {
        try (RawClient raw = RawClient.joined(server, "r", "c" + opcode)) {
          raw.frame(RawClient.FINAL | opcode, BROKEN_UTF_8);
          assertThat(raw.awaitClose().closeCode()).isEqualTo(1007);
        }
      }
    }
  }

  @Test
  void malformedMessagesAreToleratedAFewTimes() throws Exception {
    try (TestServer server = new TestServer(Map.of("malformedMessages", 2));
        RawClient raw = RawClient.joined(server, "r", "c")) {
      raw.text("nonsense");
      raw.text("{\"type\":\"signal\",\"targetId\":\"x\"}");
      raw.text("{\"type\":\"ping\"}");
      assertThat(raw.next().text()).isEqualTo(Reply.PONG);
      raw.text("[".repeat(10_000));
      RawClient.Frame close = raw.awaitClose();
      assertThat(close.closeCode()).isEqualTo(1007);
      assertThat(close.closeReason()).isEqualTo(CloseCode.malformed(2).reason());
    }
  }

  @Test
  void aFloodIsAnsweredBy1008AndOthersDoNotNotice() throws Exception {
    try (TestServer server = new TestServer(Map.of("messageBurst", 100, "messagesPerSecond", 1));
        TestClient ann = TestClient.joined(server, "r", "ann");
        RawClient raw = RawClient.joined(server, "r", "c")) {
      flood(raw, RawClient.FINAL | RawClient.TEXT, "{\"type\":\"x\"}", 200);
      assertThat(raw.awaitClose().closeCode()).isEqualTo(1008);
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"c\"}");
      ann.hears("{\"type\":\"peer-left\",\"peerId\":\"c\"}");
    }
  }

  @Test
  void aFloodOfPingsIsAnsweredBy1008() throws Exception {
    try (TestServer server = new TestServer(Map.of("messageBurst", 100, "messagesPerSecond", 1));
        RawClient raw = RawClient.joined(server, "r", "c")) {
      flood(raw, RawClient.FINAL | RawClient.PING, "p", 200);
      assertThat(raw.awaitClose().closeCode()).isEqualTo(1008);
    }
  }

  @Test
  void aPingIsAnsweredWithItsPayload() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        RawClient raw = RawClient.joined(server, "r", "c")) {
      raw.frame(RawClient.FINAL | RawClient.PING, "hello".getBytes(UTF_8));
      RawClient.Frame pong = raw.next();
      assertThat(pong.opcode()).isEqualTo(RawClient.PONG);
      assertThat(pong.text()).isEqualTo("hello");
    }
  }

  @Test
  void aHalfOpenLineIsPingedThenClosedThenCut() throws Exception {
    try (TestServer server = new TestServer(Map.of("idleMillis", 400L));
        RawClient raw = RawClient.joined(server, "r", "c")) {
      RawClient.Frame ping = raw.next();
      assertThat(ping.opcode()).isEqualTo(RawClient.PING);
      assertThat(raw.awaitClose().closeCode()).isEqualTo(4002);
      raw.awaitCut();
      await().atMost(PATIENCE).until(() -> health(server).contains("\"peers\":0"));
    }
  }

  /** Half of the idle time is the client's to answer in. */
  @Test
  void aClientThatAnswersPingsMayBeSilent() throws Exception {
    try (TestServer server = new TestServer(Map.of("idleMillis", 3_000L));
        RawClient raw = RawClient.joined(server, "r", "c")) {
      for (int i = 0; i < 3; i++) {
        RawClient.Frame ping = raw.next();
        assertThat(ping.opcode()).isEqualTo(RawClient.PING);
        raw.frame(RawClient.FINAL | RawClient.PONG, ping.payload().array());
      }
      assertThat(health(server)).contains("\"peers\":1");
    }
  }

  @Test
  void aClientThatDoesNotReadIsThrownOutAndBlocksNobody() throws Exception {
    Map<String, Object> settings =
        Map.of("queuedBytes", 65_536, "messageBurst", 100_000, "idleMillis", 3_600_000L);
    try (TestServer server = new TestServer(settings);
        RawClient deaf = RawClient.joined(server, "r", "deaf");
        TestClient ann = TestClient.joined(server, "r", "ann");
        TestClient bob = TestClient.joined(server, "r", "bob")) {
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");
      String signal =
          "{\"type\":\"signal\",\"targetId\":\"deaf\",\"signal\":{\"sdp\":\""
              + "x".repeat(60_000)
              + "\"}}";
      while (health(server).contains("\"peers\":3")) {
        bob.say(signal);
      }
      ann.hears("{\"type\":\"peer-left\",\"peerId\":\"deaf\"}");
      assertThat(health(server)).contains("\"peers\":2");
      deaf.awaitCut();
    }
  }

  @Test
  void anUnmaskedFrameIsAProtocolError() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        RawClient raw = RawClient.joined(server, "r", "c")) {
      raw.raw(new byte[] {(byte) 0x81, 1, 'x'});
      assertThat(raw.awaitClose().closeCode()).isEqualTo(1002);
    }
  }

  @Test
  void compressionIsNotAgreedTo() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        RawClient raw = new RawClient(server.port())) {
      RawClient.Answer answer = raw.upgrade("/?roomId=r&clientId=c");
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.headers()).doesNotContainKey("Sec-WebSocket-Extensions");
    }
  }

  @Test
  void aBrokenHandshakeTakesNoPlace() throws Exception {
    try (TestServer server = new TestServer(Map.of("connectionsPerAddress", 1))) {
      for (int i = 0; i < 5; i++) {
        try (RawClient raw = new RawClient(server.port())) {
          assertThat(raw.upgradeWithVersion(99, "/?roomId=r&clientId=c").status())
              .isGreaterThanOrEqualTo(400);
        }
      }
      RawClient.joined(server, "r", "c").close();
    }
  }

  private static void flood(RawClient raw, int firstByte, String payload, int count) {
    try {
      for (int i = 0; i < count; i++) {
        raw.frame(firstByte, payload.getBytes(UTF_8));
      }
    } catch (IOException e) {
      // Thrown out already, which is what the test waits for.
      return;
    }
  }

  private static String health(TestServer server) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(server.http("/health")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
