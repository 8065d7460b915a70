// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.testkits.configuration.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator sees of the service, at the port of the metrics. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class MetricsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String NAME = "chroniclesync_discovery_";

  private final int port;

  MetricsTest() throws Exception {
    port = FreePort.find();
  }

  @Test
  void countsWhoIsThereWhatIsRelayedAndWhoIsTurnedAway() throws Exception {
    try (TestServer server = new TestServer(Map.of("metricsPort", port, "rooms", 1));
        TestClient ann = TestClient.joined(server, "the-room", "ann-the-peer");
        TestClient bob = TestClient.joined(server, "the-room", "bob-the-peer")) {
      ann.hears("{\"type\":\"peer-joined\",\"peerId\":\"bob-the-peer\"}");
      bob.say("{\"type\":\"signal\",\"targetId\":\"ann-the-peer\",\"signal\":{}}");
      ann.hears("{\"type\":\"signal\",\"peerId\":\"bob-the-peer\",\"signal\":{}}");
      try (RawClient refused = new RawClient(server.port())) {
        assertThat(refused.upgrade("/?roomId=another-room&clientId=x").status()).isEqualTo(503);
      }
      assertThat(metrics().lines())
          .contains(
              NAME + "connections 2",
              NAME + "rooms 1",
              NAME + "peers 2",
              NAME + "limit{limit=\"rooms\"} 1",
              NAME + "joins_total 2",
              NAME + "signals_total 1",
              NAME + "refusals_total{reason=\"rooms_full\"} 1")
          .endsWith("# EOF");
      for (int i = 0; i < 4; i++) {
        bob.say("no JSON");
      }
      assertThat(bob.awaitClosed().code()).isEqualTo(1007);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(metrics().lines())
                      .contains(NAME + "closes_total{code=\"1007\"} 1", NAME + "peers 1"));
      assertThat(metrics()).doesNotContain("the-room", "another-room", "the-peer", "127.0.0.1");
      assertThat(ann.next()).contains("peer-left");
    }
  }

  @Test
  void everyNumberIsNamedTypedAndExplained() throws Exception {
    try (TestServer server = new TestServer(Map.of("metricsPort", port));
        TestClient ann = TestClient.joined(server, "room", "ann")) {
      String text = metrics();
      assertThat(text.lines().filter(line -> !line.startsWith("#")))
          .isNotEmpty()
          .allSatisfy(
              line -> {
                assertThat(line).matches("[a-z_]+(\\{[a-z]+=\"[a-z_0-9]+\"})? \\d+");
                String family = line.replaceFirst("(_total)?[{ ].*", "");
                assertThat(text).contains("# TYPE " + family + " ", "# HELP " + family + " ");
              });
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void aPortThatIsTakenCostsTheMetricsAlone() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        TestServer server = new TestServer(Map.of("metricsPort", taken.getLocalPort()));
        TestClient ann = TestClient.joined(server, "room", "ann")) {
      assertThat(ann.heardNothing()).isTrue();
    }
  }

  @Test
  void nothingElseIsAtThatPortAndNoMetricsAtThePortOfTheService() throws Exception {
    try (TestServer server = new TestServer(Map.of("metricsPort", port))) {
      assertThat(get(URI.create("http://127.0.0.1:" + port + "/")).statusCode()).isEqualTo(404);
      assertThat(get(server.http("/metrics")).statusCode()).isEqualTo(426);
    }
  }

  @Test
  void aPageOfTheWebReadsNothingByANameOfItsOwn() throws Exception {
    try (TestServer server = new TestServer(Map.of("metricsPort", port))) {
      assertThat(get(server.http("/health")).statusCode()).isEqualTo(200);
      assertThat(statusFor("evil.example:" + port)).isEqualTo(421);
      assertThat(statusFor("127.0.0.1.evil.example")).isEqualTo(421);
      assertThat(statusFor("localhost:" + port)).isEqualTo(200);
      assertThat(statusFor("[::1]:" + port)).isEqualTo(200);
    }
  }

  private int statusFor(String host) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(60_000);
      socket
          .getOutputStream()
          .write("GET /metrics HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host).getBytes(US_ASCII));
      String line =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
      return Integer.parseInt(line.split(" ", -1)[1]);
    }
  }

  private String metrics() throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .header("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValue("application/openmetrics-text; version=1.0.0; charset=utf-8");
    return answer.body();
  }

  private static HttpResponse<String> get(URI uri) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
