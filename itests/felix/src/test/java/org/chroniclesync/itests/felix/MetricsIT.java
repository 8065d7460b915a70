// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

/** Prometheus scrapes a node that syncs. */
@Timeout(900)
class MetricsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String HOUSE = "org.chroniclesync.";
  private static final String PID = HOUSE + "metrics.prometheus";
  private static final Path BUNDLES = Path.of(System.getProperty("chroniclesync.bundles"));
  private static final String OURS = "chroniclesync_";

  /** What Prometheus 2.50 sends. */
  private static final String ACCEPT =
      "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;"
          + "q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

  @TempDir Path folder;
  private DiscoveryService service;
  private int port;

  @BeforeEach
  void start() throws Exception {
    service = DiscoveryService.start(folder.resolve("discovery"));
    port = DiscoveryService.freePort();
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void theNumbersOfANodeThatSyncsAreOpenMetricsAndFollowIt() throws Exception {
    try (NodeUnderTest node = plan("node").set(PID, "port", port).start();
        NodeUnderTest other = plan("other").start()) {
      node.install(BUNDLES.resolve(PID + ".jar"));
      node.merge(Visit.several("here", 300));
      other.merge(Visit.several("secret", 200));
      String peer = "{peer=\"" + other.self() + "\"}";

      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () ->
                  assertThat(numbers())
                      .containsEntry(OURS + "storage_entries{storage=\"sqlite\"}", 500.0)
                      .containsEntry(OURS + "storage_changes_total{storage=\"sqlite\"}", 500.0)
                      .containsEntry(OURS + "peers{state=\"in_sync\"}", 1.0)
                      .containsEntry(OURS + "peer_waiting_changes" + peer, 0.0)
                      .containsEntry(OURS + "peer_received_entries_total" + peer, 200.0)
                      .containsEntry(OURS + "peer_refused_total" + peer, 0.0)
                      .containsEntry(
                          OURS + "discoveries{discovery=\"websocket\",state=\"joined\"}", 1.0)
                      .containsEntry(OURS + "troubles", 0.0));
      assertThat(numbers().get(OURS + "peer_sent_entries_total" + peer))
          .isGreaterThanOrEqualTo(300.0);
      assertThat(numbers().get(OURS + "peer_received_bytes_total" + peer)).isPositive();
      assertThat(scrape(ACCEPT).body()).doesNotContain("secret", "here", folder.toString());
      aPageReadsNothing();
      withoutStorage(node);
      withoutNode(node);
    }
  }

  private void aPageReadsNothing() throws IOException {
    try (Socket page = new Socket(InetAddress.getLoopbackAddress(), port)) {
      page.getOutputStream()
          .write(
              ("GET /metrics HTTP/1.1\r\nHost: rebound.example:" + port + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(page.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 421 ")
          .doesNotContain(OURS);
    }
  }

  private void withoutStorage(NodeUnderTest node) throws Exception {
    Bundle sqlite = node.bundle(HOUSE + "storage.sqlite");
    sqlite.stop();
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () ->
                assertThat(numbers())
                    .doesNotContainKey(OURS + "storage_entries{storage=\"sqlite\"}")
                    .containsEntry(OURS + "parts{kind=\"storage\",state=\"missing\"}", 1.0)
                    .containsEntry(OURS + "troubles", 1.0));
    sqlite.start();
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () ->
                assertThat(numbers())
                    .containsEntry(OURS + "storage_entries{storage=\"sqlite\"}", 500.0));
  }

  private void withoutNode(NodeUnderTest node) throws Exception {
    node.bundle(HOUSE + "core").stop();
    assertThatThrownBy(() -> scrape(ACCEPT)).isInstanceOf(ConnectException.class);
    node.bundle(HOUSE + "core").start();
    await().atMost(PATIENCE).ignoreExceptions().until(() -> scrape(ACCEPT).statusCode() == 200);
  }

  @Test
  void aPortThatIsTakenIsSaidInTheStatusAndCostsNothingElse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        NodeUnderTest node = plan("node").set(PID, "port", taken.getLocalPort()).start()) {
      node.install(BUNDLES.resolve(PID + ".jar"));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(node.status().troubles())
                      .filteredOn(part -> part.name().equals(PID))
                      .singleElement()
                      .satisfies(part -> saysWhatToDo(part, taken.getLocalPort())));
      node.merge(Visit.several("here", 10));
      assertThat(node.visits()).hasSize(10);

      node.configure(PID, Map.of("port", port));
      await().atMost(PATIENCE).ignoreExceptions().until(() -> scrape(ACCEPT).statusCode() == 200);
      await().atMost(PATIENCE).until(() -> node.status().troubles().isEmpty());
    }
  }

  private static void saysWhatToDo(Part part, int taken) {
    Part.Failed failed = (Part.Failed) part.state();
    assertThat(failed.cause())
        .startsWith("The metrics cannot be served at port " + taken + " of 127.0.0.1");
    assertThat(failed.remedy())
        .isEqualTo("Set host and port of org.chroniclesync.metrics.prometheus to others.");
  }

  private Map<String, Double> numbers() throws Exception {
    HttpResponse<String> response = scrape(ACCEPT);
    assertThat(response.headers().firstValue("content-type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
    return OpenMetrics.read(response.body());
  }

  private HttpResponse<String> scrape(String accept) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .header("Accept", accept)
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private NodeUnderTest.Plan plan(String name) {
    return NodeUnderTest.in(folder.resolve(name), "abandon ".repeat(23) + "art")
        .discovery(service.url());
  }
}
