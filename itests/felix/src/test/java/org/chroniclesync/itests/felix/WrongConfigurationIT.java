// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A component with a wrong configuration does not start, says why, and stops no other. */
@Timeout(900)
class WrongConfigurationIT {
  private static final String HOUSE = "org.chroniclesync.";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** What the component runtime reports; it converts "twelve" itself. */
  private static final List<String> SENTENCES =
      List.of(
          "maxExchanges of org.chroniclesync.discovery.manual is 0;",
          "sendBufferBytes of org.chroniclesync.transport.webrtc is 1;",
          "batchEntries of org.chroniclesync.importer.browser is 10,001;",
          "it must be a whole number from 1 to 10,000.",
          "queueBytes of org.chroniclesync.discovery.websocket is \"twelve\";"
              + " it must be a whole number from 65,536 to 67,108,864.");

  /** How the status names them. */
  private static final List<String> PARTS =
      List.of(
          "discovery manual: maxExchanges of",
          "transport webrtc: sendBufferBytes of",
          "component org.chroniclesync.importer.browser: batchEntries of",
          "discovery websocket~wrong: queueBytes of");

  @TempDir Path folder;

  @Test
  void stayDownAloneAndSayWhy() throws Exception {
    try (NodeUnderTest node =
        NodeUnderTest.in(folder, "abandon ".repeat(23) + "art")
            .set(HOUSE + "discovery.manual", "maxExchanges", 0)
            .set(HOUSE + "transport.webrtc", "sendBufferBytes", 1)
            .set(HOUSE + "importer.browser", "batchEntries", 10_001)
            .set(HOUSE + "discovery.websocket~wrong", "url", "ws://127.0.0.1:1/")
            .set(HOUSE + "discovery.websocket~wrong", "queueBytes", "twelve")
            .set(HOUSE + "discovery.websocket~good", "url", "ws://127.0.0.1:1/")
            .start()) {
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(node.describe()).contains(SENTENCES));
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(failed(node)).contains(PARTS));
      assertThat(node.discoveries()).hasSize(1);
      node.merge(List.of(Visit.of("a", "one", "All else works")));
      assertThat(node.search("works")).hasSize(1);
      assertThat(node.command("status")).contains("history");
    }
  }

  private static String failed(NodeUnderTest node) {
    return node.status().troubles().stream()
        .filter(part -> part.state() instanceof Part.Failed)
        .map(part -> part.kind() + " " + part.name() + ": " + ((Part.Failed) part.state()).cause())
        .collect(Collectors.joining("\n"));
  }
}
