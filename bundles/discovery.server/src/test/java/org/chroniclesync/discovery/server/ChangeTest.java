// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The configuration changes while clients are there. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class ChangeTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static String health(TestServer server) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(server.http("/health")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static int upgrade(TestServer server, String path, String... header) throws Exception {
    try (RawClient client = new RawClient(server.port())) {
      return client.upgrade(path, header).status();
    }
  }

  @Test
  void newLimitsHoldAtOnceAndDropNobody() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "first", "ann");
        TestClient bob = TestClient.joined(server, "second", "bob")) {
      assertThat(upgrade(server, "/?roomId=third&clientId=carl")).isEqualTo(101);
      server.change(Map.of("rooms", 1));
      assertThat(upgrade(server, "/?roomId=fourth&clientId=carl")).isEqualTo(503);
      server.change(Map.of("connections", 2));
      assertThat(upgrade(server, "/?roomId=first&clientId=carl")).isEqualTo(503);
      server.change(Map.of());
      assertThat(upgrade(server, "/?roomId=fourth&clientId=carl")).isEqualTo(101);
      assertThat(ann.heardNothing()).isTrue();
      assertThat(bob.heardNothing()).isTrue();
      assertThat(health(server)).startsWith("{\"status\":\"ok\"");
    }
  }

  @Test
  void aShorterDeadlineEndsWhoIsBeyondItAlready() throws Exception {
    try (TestServer server = new TestServer(Map.of("handshakeMillis", 120_000L));
        TestClient ann = TestClient.joined(server, "room", "ann");
        RawClient silent = new RawClient(server.port())) {
      server.change(Map.of("handshakeMillis", 200L));
      silent.awaitCut();
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void namesAndProxiesChangeToo() throws Exception {
    try (TestServer server = new TestServer(Map.of("connectionsPerAddress", 1));
        TestClient ann = TestClient.joined(server, "room", "ann")) {
      String[] forwarded = {"X-Forwarded-For", "192.0.2.7"};
      assertThat(upgrade(server, "/?roomId=room&clientId=bob", forwarded)).isEqualTo(429);
      server.change(
          Map.of("connectionsPerAddress", 1, "trustedProxies", new String[] {"127.0.0.0/8"}));
      assertThat(upgrade(server, "/?roomId=another&clientId=bob", forwarded)).isEqualTo(101);
      server.change(Map.of("authorities", new String[] {"discovery.example.org"}));
      assertThat(upgrade(server, "/?roomId=another&clientId=bob")).isEqualTo(421);
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void aWrongChangeChangesNothingAndIsSaid() throws Exception {
    try (TestServer server = new TestServer(Map.of("rooms", 1));
        TestClient ann = TestClient.joined(server, "room", "ann")) {
      server.change(Map.of("rooms", 5, "peersPerRoom", 0));
      assertThat(upgrade(server, "/?roomId=another&clientId=bob")).isEqualTo(503);
      assertThat(health(server))
          .startsWith("{\"status\":\"degraded\"")
          .contains("\"troubles\":[\"The changed configuration is refused; the log says why.\"]");
      server.change(Map.of("rooms", 5));
      assertThat(upgrade(server, "/?roomId=another&clientId=bob")).isEqualTo(101);
      assertThat(health(server)).startsWith("{\"status\":\"ok\"");
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void whatNeedsARestartIsSaidAndTheRestHolds() throws Exception {
    try (TestServer server = new TestServer(Map.of());
        TestClient ann = TestClient.joined(server, "room", "ann")) {
      server.change(Map.of("metricsPort", 9_465, "rooms", 1));
      assertThat(upgrade(server, "/?roomId=another&clientId=bob")).isEqualTo(503);
      assertThat(health(server))
          .contains("\"troubles\":[\"Another port or host takes a restart of the service.\"]");
      server.change(Map.of());
      assertThat(health(server)).startsWith("{\"status\":\"ok\"");
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void theKeyThatTrustedEverybodyIsRefusedWithWhatToDo() {
    Map<String, Object> old = Map.of("trustForwardedFor", true);
    assertThatThrownBy(() -> new TestServer(old))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("trustForwardedFor of org.chroniclesync.discovery.server")
        .hasMessageContaining("trustedProxies instead");
  }
}
