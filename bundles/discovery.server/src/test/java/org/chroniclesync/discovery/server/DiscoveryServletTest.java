// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What well-behaved clients see, over real sockets. */
class DiscoveryServletTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Test
  void introducesRelaysAndTellsWhoLeft() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "room", "ann")) {
      ann.say("{\"type\":\"get-peers\"}");
      ann.hears("{\"type\":\"peers\",\"peers\":[]}");
      TestClient bob = TestClient.joined(server, "room", "bob");
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");
      bob.say("{\"type\":\"get-peers\"}");
      bob.hears("{\"type\":\"peers\",\"peers\":[\"ann\"]}");
      bob.say(
          "{\"type\":\"signal\",\"targetId\":\"ann\",\"signal\":{ \"type\" : \"x\", \"n\":1.0}}");
      ann.hears(
          "{\"type\":\"signal\",\"peerId\":\"bob\",\"signal\":{ \"type\" : \"x\", \"n\":1.0}}");
      bob.leave();
      ann.hears("{\"type\":\"peer-left\",\"peerId\":\"bob\"}");
      bob.close();
    }
  }

  @Test
  void acceptsBinaryMessagesAndTheOldNameOfTheRoom() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "room", "ann");
        TestClient ios =
            new TestClient(
                URI.create("ws://127.0.0.1:" + server.port() + "/any/path?room=room&clientId=i"))) {
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"i\"}");
      String signal = "{\"type\":\"signal\",\"targetId\":\"ann\",\"signal\":{\"sdp\":\"ü€😀\"}}";
      ios.sayBinary(signal.getBytes(StandardCharsets.UTF_8));
      ann.hears("{\"type\":\"signal\",\"peerId\":\"i\",\"signal\":{\"sdp\":\"ü€😀\"}}");
      ios.sayBinary("{\"type\":\"get-peers\"}".getBytes(StandardCharsets.UTF_8));
      ios.hears("{\"type\":\"peers\",\"peers\":[\"ann\"]}");
    }
  }

  @Test
  void replacesAnOldConnectionInSilence() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "room", "ann");
        TestClient old = TestClient.joined(server, "room", "bob")) {
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");
      try (TestClient again = TestClient.joined(server, "room", "bob")) {
        assertThat(old.awaitClosed().code()).isEqualTo(CloseCode.REPLACED.code());
        assertThat(ann.heardNothing()).isTrue();
        ann.say("{\"type\":\"signal\",\"targetId\":\"bob\",\"signal\":{}}");
        again.hears("{\"type\":\"signal\",\"peerId\":\"ann\",\"signal\":{}}");
      }
    }
  }

  @Test
  void keepsRoomsApart() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "one", "ann");
        TestClient eve = TestClient.joined(server, "two", "eve")) {
      eve.say("{\"type\":\"signal\",\"targetId\":\"ann\",\"signal\":{}}");
      eve.say("{\"type\":\"get-peers\"}");
      eve.hears("{\"type\":\"peers\",\"peers\":[]}");
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void nobodySpeaksUnderAnothersName() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "room", "ann");
        TestClient eve = TestClient.joined(server, "room", "eve")) {
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"eve\"}");
      eve.say(
          "{\"type\":\"signal\",\"peerId\":\"bob\",\"clientId\":\"bob\",\"targetId\":\"ann\","
              + "\"signal\":{\"peerId\":\"bob\"}}");
      ann.hears("{\"type\":\"signal\",\"peerId\":\"eve\",\"signal\":{\"peerId\":\"bob\"}}");
    }
  }

  @Test
  void ignoresWhatItDoesNotKnow() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "room", "ann")) {
      for (int i = 0; i < 20; i++) {
        ann.say("{\"type\":\"from-the-future\",\"more\":[{}]}");
      }
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void refusesAnIncompleteQueryWithASentence() throws Exception {
    try (TestServer server = new TestServer(Map.of())) {
      assertThat(upgrade(server, "/?roomId=r").status()).isEqualTo(400);
      assertThat(upgrade(server, "/?roomId=r").body()).contains("clientId is missing");
      assertThat(upgrade(server, "/?clientId=c").body()).contains("roomId is missing");
      RawClient.Answer tooLong = upgrade(server, "/?roomId=r&clientId=" + "c".repeat(129));
      assertThat(tooLong.status()).isEqualTo(400);
      assertThat(tooLong.body()).contains("at most 128");
      assertThat(upgrade(server, "/?roomId=r&clientId=a%0Ab").status()).isEqualTo(400);
    }
  }

  @Test
  void countsItsHealthAndTellsBrowsersWhatItIs() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "secret-room", "ann")) {
      HttpResponse<String> health = get(server, "/health");
      assertThat(health.statusCode()).isEqualTo(200);
      assertThat(health.headers().firstValue("Content-Type").orElse(""))
          .startsWith("application/json");
      assertThat(health.body())
          .matches("\\{\"status\":\"ok\",\"rooms\":1,\"peers\":1,\"uptimeMillis\":\\d+}");
      assertThat(get(server, "/").statusCode()).isEqualTo(426);
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void limitsConnectionsOfAnAddress() throws Exception {
    try (TestServer server = new TestServer(Map.of("connectionsPerAddress", 2))) {
      TestClient ann = TestClient.joined(server, "a", "ann");
      try (TestClient bob = TestClient.joined(server, "b", "bob")) {
        RawClient.Answer refused = upgrade(server, "/?roomId=c&clientId=cid");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).containsEntry("Retry-After", "30");
        assertThat(bob.heardNothing()).isTrue();
        ann.leave();
        await().atMost(PATIENCE).until(() -> get(server, "/health").body().contains("\"peers\":1"));
        TestClient.joined(server, "c", "cid").close();
        ann.close();
      }
    }
  }

  @Test
  void believesAForwardedAddressOnlyIfToldTo() throws Exception {
    Map<String, Object> one = Map.of("connectionsPerAddress", 1);
    try (TestServer server = new TestServer(one);
        TestClient ann = TestClient.joined(server, "a", "ann")) {
      assertThat(upgrade(server, "/?roomId=b&clientId=b", "X-Forwarded-For", "9.9.9.9").status())
          .isEqualTo(429);
      assertThat(ann.heardNothing()).isTrue();
    }
    try (TestServer server =
            new TestServer(
                Map.of("connectionsPerAddress", 1, "trustedProxies", new String[] {"127.0.0.1"}));
        TestClient ann = TestClient.joined(server, "a", "ann")) {
      assertThat(upgrade(server, "/?roomId=b&clientId=b", "X-Forwarded-For", "9.9.9.9").status())
          .isEqualTo(101);
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void limitsRoomsPeersAndConnections() throws Exception {
    try (TestServer server = new TestServer(Map.of("rooms", 1, "peersPerRoom", 2));
        TestClient ann = TestClient.joined(server, "a", "ann");
        TestClient bob = TestClient.joined(server, "a", "bob")) {
      assertThat(upgrade(server, "/?roomId=b&clientId=x").status()).isEqualTo(503);
      RawClient.Answer full = upgrade(server, "/?roomId=a&clientId=x");
      assertThat(full.status()).isEqualTo(429);
      assertThat(full.body()).contains("already has 2 devices");
      TestClient.joined(server, "a", "bob").close();
      assertThat(bob.awaitClosed().code()).isEqualTo(4001);
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"bob\"}");
    }
    try (TestServer server = new TestServer(Map.of("connections", 1));
        TestClient ann = TestClient.joined(server, "a", "ann")) {
      assertThat(upgrade(server, "/?roomId=a&clientId=x").status()).isEqualTo(503);
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void saysGoodbyeWhenItStops() throws Exception {
    List<TestClient> clients = new ArrayList<>();
    try (TestServer server = new TestServer(Map.of())) {
      for (int i = 0; i < 5; i++) {
        clients.add(TestClient.joined(server, "room" + i, "ann"));
      }
    }
    for (TestClient client : clients) {
      assertThat(client.awaitClosed().code()).isEqualTo(1001);
      client.close();
    }
    await().atMost(PATIENCE).until(() -> !threadNames().contains("chroniclesync-discovery-watch"));
  }

  @Test
  void refusesAConfigurationOutsideItsRange() {
    assertThatThrownBy(() -> new Settings(TestConfig.of(Map.of("frameBytes", 5)), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "frameBytes of org.chroniclesync.discovery.server is 5; it must be a whole number from"
                + " 1,024 to 1,048,576.");
  }

  private static List<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  private static HttpResponse<String> get(TestServer server, String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(server.http(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static RawClient.Answer upgrade(TestServer server, String path, String... header)
      throws Exception {
    try (RawClient raw = new RawClient(server.port())) {
      return raw.upgrade(path, header);
    }
  }
}
