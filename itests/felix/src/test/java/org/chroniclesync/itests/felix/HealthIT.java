// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.DynamicMBean;
import org.awaitility.core.ConditionFactory;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** Apache Felix Health Checks, as published, tell of each part whether it works and what to do. */
@Timeout(900)
class HealthIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String HOUSE = "org.chroniclesync.";
  private static final Path BUNDLES = Path.of(System.getProperty("chroniclesync.bundles"));
  private static final String[] TAGS = {
    "storage", "discovery", "transports", "crypto", "importer", "peers", "components"
  };

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
  void eachPartHasACheckThatTellsWhatIsWrongAndWhatToDo() throws Exception {
    try (NodeUnderTest other = plan("other").start();
        NodeUnderTest node =
            plan("node")
                .set("org.apache.felix.http", "org.osgi.service.http.port", port)
                .set("org.apache.felix.http", "org.apache.felix.http.host", "127.0.0.1")
                .set(SERVLET, "servletPath", "/system/health")
                .start()) {
      install(node, CHECKS);
      assertThat(node.command("hc:exec crypto")).contains("identity: works.");

      allIsWell(node, other);
      aStorageThatStopped(node);
      aDiscoveryThatIsDown(node);
      aComponentThatFails(node);
      noNode(node);
    }
  }

  private static final String SERVLET =
      "org.apache.felix.hc.core.impl.servlet.HealthCheckExecutorServlet";

  /** What docs/operations.md names for health checks; each needs only those before it. */
  private static final List<String> CHECKS =
      List.of(
          "org.osgi.service.servlet",
          "org.apache.felix.eventadmin",
          "org.apache.felix.healthcheck.api",
          "org.apache.felix.healthcheck.core",
          HOUSE + "health.felix");

  private static void install(NodeUnderTest node, List<String> bundles) throws Exception {
    for (String bundle : bundles) {
      node.install(BUNDLES.resolve(bundle + ".jar"));
    }
  }

  private void allIsWell(NodeUnderTest node, NodeUnderTest other) throws Exception {
    patient()
        .untilAsserted(
            () -> {
              assertThat(check("peers"))
                  .as(node.describe())
                  .isEqualTo("OK: " + other.self() + ": in sync since SOME TIME.");
              for (String tag : TAGS) {
                assertThat(check(tag)).startsWith("OK: ");
              }
            });
    assertThat(check("storage")).isEqualTo("OK: storage sqlite: works.");
    assertThat(check("crypto")).isEqualTo("OK: identity: works.");
    assertThat(check("transports")).contains("OK: transport webrtc: works.");
    assertThat(check("discovery")).contains("OK: discovery websocket: works.");
    assertThat(node.command("hc:exec chroniclesync"))
        .contains("ChronicleSync storage", "ChronicleSync components");
    isForJmx(node.bundle(HOUSE + "health.felix").getBundleContext());
  }

  /** A host like Karaf puts such services into its MBean server. */
  private static void isForJmx(BundleContext context) throws Exception {
    ServiceReference<DynamicMBean> bean =
        context
            .getServiceReferences(
                DynamicMBean.class,
                "(jmx.objectname=org.apache.felix.healthcheck:type=HealthCheck,"
                    + "name=ChronicleSync storage)")
            .iterator()
            .next();
    assertThat(context.getService(bean).getAttribute("ok")).isEqualTo(true);
  }

  private void aStorageThatStopped(NodeUnderTest node) throws Exception {
    node.bundle(HOUSE + "storage.sqlite").stop();
    says(
        "storage",
        "CRITICAL: storage: No storage runs, so new visits wait. Start the bundle of a storage and"
            + " give it its configuration.");
    says("peers", "WARN: ", "held up. No storage runs");
    says("crypto", "OK: identity: works.");
    assertThat(node.command("hc:exec storage").replaceAll("\\s+", " "))
        .contains("No storage runs", "Start the bundle of a storage");
    node.bundle(HOUSE + "storage.sqlite").start();
    says("storage", "OK: storage sqlite: works.");
  }

  private void aDiscoveryThatIsDown(NodeUnderTest node) throws Exception {
    service.close();
    says(
        "discovery",
        "CRITICAL: discovery websocket: Nothing answers at 127.0.0.1:",
        "Check that the discovery service runs there");
  }

  private void aComponentThatFails(NodeUnderTest node) throws Exception {
    node.configure(HOUSE + "importer.browser", Map.of("batchEntries", 10_001));
    says(
        "importer",
        "CRITICAL: component org.chroniclesync.importer.browser: batchEntries of"
            + " org.chroniclesync.importer.browser is 10,001; it must be a whole number from 1 to"
            + " 10,000.");
    node.bundle(HOUSE + "message").stop();
    says(
        "components", "CRITICAL: codec: No bundle reads", "Start the bundle org.chroniclesync.mes");
    node.bundle(HOUSE + "message").start();
    says("components", "OK: codec: works.");
  }

  /** What the node would tell, the component runtime tells. */
  private void noNode(NodeUnderTest node) throws Exception {
    node.configure(HOUSE + "core", Map.of("maxPeers", 0));
    for (String tag :
        List.of("storage", "discovery", "transports", "crypto", "importer", "peers")) {
      says(tag, "CRITICAL: The node is not running. Start the bundle org.chroniclesync.core.");
    }
    says("components", "CRITICAL: component ", "maxPeers of org.chroniclesync.core is 0; it must");
    node.bundle(HOUSE + "health.felix").stop();
    patient().until(() -> checks("chroniclesync").isEmpty());
  }

  private void says(String tag, String... texts) {
    patient().untilAsserted(() -> assertThat(check(tag)).contains(texts));
  }

  /** While the HTTP service starts at its port, and takes the servlet, nobody answers. */
  private static ConditionFactory patient() {
    return await().atMost(PATIENCE).ignoreExceptionsInstanceOf(IOException.class);
  }

  private String check(String tag) throws Exception {
    Map<String, String> all = checks(tag);
    assertThat(all).containsOnlyKeys("ChronicleSync " + tag);
    return all.get("ChronicleSync " + tag);
  }

  /** What the servlet answers: by name of a check, its lines. */
  private Map<String, String> checks(String tag) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:%d/system/health.json?tags=%s".formatted(port, tag)))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    Map<String, String> all = new TreeMap<>();
    for (JsonNode result : new ObjectMapper().readTree(response.body()).path("results")) {
      StringBuilder lines = new StringBuilder();
      for (JsonNode message : result.path("messages")) {
        lines
            .append(lines.isEmpty() ? "" : "\n")
            .append(message.path("status").asText())
            .append(": ")
            .append(message.path("message").asText().replaceAll("\\d{4}-\\S+Z", "SOME TIME"));
      }
      all.put(result.path("name").asText(), lines.toString());
    }
    return all;
  }

  private NodeUnderTest.Plan plan(String name) {
    return NodeUnderTest.in(folder.resolve(name), "abandon ".repeat(23) + "art")
        .discovery(service.url());
  }
}
