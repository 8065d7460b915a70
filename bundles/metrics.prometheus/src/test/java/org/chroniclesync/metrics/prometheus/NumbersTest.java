// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chroniclesync.api.sync.NodeStatus;
import org.junit.jupiter.api.Test;

/** What is a number is told, and nothing else of a person. */
class NumbersTest {
  @Test
  void theNumbersOfTheStatusAreTold() throws IOException {
    assertThat(lines(Statuses.eventful()))
        .containsExactlyInAnyOrder(
            "chroniclesync_start_time_seconds 1.7E9",
            "chroniclesync_troubles 1.0",
            "chroniclesync_parts{kind=\"storage\",state=\"well\"} 1.0",
            "chroniclesync_parts{kind=\"importer\",state=\"well\"} 1.0",
            "chroniclesync_parts{kind=\"importer\",state=\"failed\"} 1.0",
            "chroniclesync_storage_entries{storage=\"sqlite\"} 100.0",
            "chroniclesync_storage_tombstones{storage=\"sqlite\"} 7.0",
            "chroniclesync_storage_changes_total{storage=\"sqlite\"} 120.0",
            "chroniclesync_storages{role=\"in_use\",storage=\"sqlite\"} 1.0",
            "chroniclesync_storages{role=\"standing_by\",storage=\"journal\"} 1.0",
            "chroniclesync_storage_missing_changes{storage=\"journal\"} 20.0",
            "chroniclesync_discoveries{discovery=\"websocket\",state=\"joined\"} 2.0",
            "chroniclesync_discoveries{discovery=\"mine \\\"\\\\\\\\u{a}\",state=\"left\"} 1.0",
            "chroniclesync_peers{state=\"connecting\"} 0.0",
            "chroniclesync_peers{state=\"unreachable\"} 0.0",
            "chroniclesync_peers{state=\"syncing\"} 1.0",
            "chroniclesync_peers{state=\"held_up\"} 0.0",
            "chroniclesync_peers{state=\"in_sync\"} 1.0",
            "chroniclesync_peers{state=\"refused\"} 1.0",
            "chroniclesync_peers{state=\"gone\"} 0.0",
            "chroniclesync_peer_waiting_changes{peer=\"node.a\"} 7.0",
            "chroniclesync_peer_waiting_changes{peer=\"node.b\"} 0.0",
            "chroniclesync_peer_received_bytes_total{peer=\"node.a\"} 1000.0",
            "chroniclesync_peer_received_bytes_total{peer=\"node.b\"} 1000.0",
            "chroniclesync_peer_sent_bytes_total{peer=\"node.a\"} 2000.0",
            "chroniclesync_peer_sent_bytes_total{peer=\"node.b\"} 2000.0",
            "chroniclesync_peer_received_entries_total{peer=\"node.a\"} 30.0",
            "chroniclesync_peer_received_entries_total{peer=\"node.b\"} 30.0",
            "chroniclesync_peer_sent_entries_total{peer=\"node.a\"} 40.0",
            "chroniclesync_peer_sent_entries_total{peer=\"node.b\"} 40.0",
            "chroniclesync_peer_refused_total{peer=\"node.a\"} 5.0",
            "chroniclesync_peer_refused_total{peer=\"node.b\"} 5.0",
            "chroniclesync_peer_ignored_total{peer=\"node.a\"} 6.0",
            "chroniclesync_peer_ignored_total{peer=\"node.b\"} 6.0");
  }

  @Test
  void nothingNamesAPersonsFoldersDevicesOrAStranger() throws IOException {
    assertThat(text(Statuses.eventful()))
        .doesNotContain("/home", "laptop", "device-", "stranger", "Gone.");
  }

  @Test
  void aNodeWithNothingTellsZeros() throws IOException {
    assertThat(lines(Statuses.empty()))
        .contains("chroniclesync_troubles 0.0", "chroniclesync_peers{state=\"in_sync\"} 0.0");
  }

  @Test
  void idsThatNoEncodingTellsApartStayDifferent() throws IOException {
    List<String> hostile = List.of("x\ud800", "x\udbff", "x?", "x\u202e");

    assertThat(lines(Statuses.withPeers(hostile)))
        .filteredOn(line -> line.startsWith("chroniclesync_peer_sent_bytes_total"))
        .containsExactlyInAnyOrder(
            "chroniclesync_peer_sent_bytes_total{peer=\"x\\\\u{d800}\"} 2000.0",
            "chroniclesync_peer_sent_bytes_total{peer=\"x\\\\u{dbff}\"} 2000.0",
            "chroniclesync_peer_sent_bytes_total{peer=\"x?\"} 2000.0",
            "chroniclesync_peer_sent_bytes_total{peer=\"x\\\\u{202e}\"} 2000.0");
  }

  private static List<String> lines(NodeStatus status) throws IOException {
    return text(status).lines().filter(line -> !line.startsWith("#")).toList();
  }

  private static String text(NodeStatus status) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OpenMetricsTextFormatWriter.create().write(out, Numbers.of(status));
    return out.toString(StandardCharsets.UTF_8);
  }
}
