// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventConstants;
import org.osgi.service.event.EventHandler;

/** Apache Felix's Event Admin tells handlers of each change of the node. */
@Timeout(900)
class EventsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String HOUSE = "org.chroniclesync.";
  private static final Path BUNDLES = Path.of(System.getProperty("chroniclesync.bundles"));

  @TempDir Path folder;
  private final Queue<Map<String, Object>> events = new ConcurrentLinkedQueue<>();
  private DiscoveryService service;

  @BeforeEach
  void start() throws Exception {
    service = DiscoveryService.start(folder.resolve("discovery"));
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void eachChangeIsAnEventAndNothingOfTheHistoryIs() throws Exception {
    String peer;
    try (NodeUnderTest node = plan("node").start()) {
      node.install(BUNDLES.resolve("org.apache.felix.eventadmin.jar"));
      node.register(
          EventHandler.class,
          this::record,
          Map.of(EventConstants.EVENT_TOPIC, new String[] {"org/chroniclesync/*"}));
      node.install(BUNDLES.resolve(HOUSE + "events.eventadmin.jar"));
      comes("node/RUNNING", Map.of());
      comes("storage/IN_USE", Map.of("storage.type", "sqlite", "storage.durable", true));
      comes("discovery/UP", Map.of("discovery.name", "websocket"));
      comes("node/WELL", Map.of());

      try (NodeUnderTest other = plan("other").start()) {
        peer = other.self();
        other.merge(Visit.several("secret", 10));
        comes("peer/IN_SYNC", Map.of("peer.id", peer));
        await().atMost(PATIENCE).until(() -> node.visits().size() == 10);
      }
      comes("peer/GONE", Map.of("peer.id", peer));

      node.bundle(HOUSE + "storage.sqlite").stop();
      comes("storage/OUT_OF_USE", Map.of("storage.type", "sqlite"));
      comes(
          "part/MISSING",
          Map.of(
              "part.kind", "storage",
              "message", "No storage runs, so new visits wait.",
              "remedy", "Start the bundle of a storage and give it its configuration."));
      comes("node/TROUBLED", Map.of());
      events.clear();
      node.bundle(HOUSE + "storage.sqlite").start();
      comes("storage/IN_USE", Map.of("storage.type", "sqlite"));
      comes("part/WELL", Map.of("part.kind", "storage"));
      comes("node/WELL", Map.of());

      // That the events end is no end of the node.
      events.clear();
      node.bundle(HOUSE + "events.eventadmin").stop();
      node.bundle(HOUSE + "events.eventadmin").start();
      comes("node/RUNNING", Map.of());
      assertThat(events.toString()).doesNotContain("STOPPED");

      service.close();
      comes("discovery/DOWN", Map.of("discovery.name", "websocket"));
      node.bundle(HOUSE + "core").stop();
      comes("node/STOPPED", Map.of());
      events.clear();
      node.bundle(HOUSE + "core").start();
      comes("node/RUNNING", Map.of());
      // The Event Admin can leave as well; nothing else stands still.
      node.bundle("org.apache.felix.eventadmin").stop();
      assertThat(node.command("status")).contains("history");
    }
    assertThat(events.toString()).doesNotContain("secret", "abandon", "http");
  }

  private void record(Event event) {
    Map<String, Object> all = new TreeMap<>();
    for (String name : event.getPropertyNames()) {
      all.put(name, event.getProperty(name));
    }
    events.add(all);
  }

  private void comes(String topic, Map<String, Object> properties) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(events)
                    .anySatisfy(
                        event -> {
                          assertThat(event)
                              .containsEntry("event.topics", "org/chroniclesync/" + topic)
                              .containsKey("timestamp")
                              .containsAllEntriesOf(properties);
                        }));
  }

  private NodeUnderTest.Plan plan(String name) {
    return NodeUnderTest.in(folder.resolve(name), "abandon ".repeat(23) + "art")
        .discovery(service.url());
  }
}
