// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Components with a wrong configuration stay down, say why, and take nobody along. */
@Timeout(120)
class WrongConfigurationIT {
  private static final String HOUSE = "org.chroniclesync.";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What the component runtime says of each; "twelve" is converted by the runtime itself. */
  private static final List<String> SENTENCES =
      List.of(
          "discovery.manual: maxExchanges is 0; it must be 1 to 64",
          "transport.webrtc: sendBufferBytes is 1; it must be 262144 to 8388608",
          "importer.browser: batchEntries is 10001; it must be 1 to 10000",
          "discovery.websocket: queueBytes is no whole number",
          "it must be 65536 to 67108864");

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
      assertThat(node.describe()).contains("twelve");
      assertThat(node.discoveries()).hasSize(1);
      node.merge(List.of(Visit.of("a", "one", "All else works")));
      assertThat(node.search("works")).hasSize(1);
      assertThat(node.command("status")).contains("history");
    }
  }
}
