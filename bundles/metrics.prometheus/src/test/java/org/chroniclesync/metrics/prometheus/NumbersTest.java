// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.support.metrics.Metrics.Form;
import org.junit.jupiter.api.Test;

/** What is a number is told, and nothing else of a person. */
class NumbersTest {
  @Test
  void theNumbersOfTheStatusAreTold() {
    assertThat(lines(Statuses.eventful()))
        .containsExactlyInAnyOrder(
            "chroniclesync_start_time_seconds 1700000000",
            "chroniclesync_troubles 1",
            "chroniclesync_parts{kind=\"storage\",state=\"well\"} 1",
            "chroniclesync_parts{kind=\"importer\",state=\"well\"} 1",
            "chroniclesync_parts{kind=\"importer\",state=\"failed\"} 1",
            "chroniclesync_storage_entries{storage=\"sqlite\"} 100",
            "chroniclesync_storage_tombstones{storage=\"sqlite\"} 7",
            "chroniclesync_storage_changes_total{storage=\"sqlite\"} 120",
            "chroniclesync_storages{role=\"in_use\",storage=\"sqlite\"} 1",
            "chroniclesync_storages{role=\"standing_by\",storage=\"journal\"} 1",
            "chroniclesync_storage_missing_changes{storage=\"journal\"} 20",
            "chroniclesync_discoveries{discovery=\"websocket\",state=\"joined\"} 2",
            "chroniclesync_discoveries{discovery=\"mine \\\"\\\\\\\\u{a}\",state=\"left\"} 1",
            "chroniclesync_peers{state=\"connecting\"} 0",
            "chroniclesync_peers{state=\"unreachable\"} 0",
            "chroniclesync_peers{state=\"syncing\"} 1",
            "chroniclesync_peers{state=\"held_up\"} 0",
            "chroniclesync_peers{state=\"in_sync\"} 1",
            "chroniclesync_peers{state=\"refused\"} 1",
            "chroniclesync_peers{state=\"gone\"} 0",
            "chroniclesync_peer_waiting_changes{peer=\"node.a\"} 7",
            "chroniclesync_peer_waiting_changes{peer=\"node.b\"} 0",
            "chroniclesync_peer_received_bytes_total{peer=\"node.a\"} 1000",
            "chroniclesync_peer_received_bytes_total{peer=\"node.b\"} 1000",
            "chroniclesync_peer_sent_bytes_total{peer=\"node.a\"} 2000",
            "chroniclesync_peer_sent_bytes_total{peer=\"node.b\"} 2000",
            "chroniclesync_peer_received_entries_total{peer=\"node.a\"} 30",
            "chroniclesync_peer_received_entries_total{peer=\"node.b\"} 30",
            "chroniclesync_peer_sent_entries_total{peer=\"node.a\"} 40",
            "chroniclesync_peer_sent_entries_total{peer=\"node.b\"} 40",
            "chroniclesync_peer_refused_total{peer=\"node.a\"} 5",
            "chroniclesync_peer_refused_total{peer=\"node.b\"} 5",
            "chroniclesync_peer_ignored_total{peer=\"node.a\"} 6",
            "chroniclesync_peer_ignored_total{peer=\"node.b\"} 6");
  }

  @Test
  void nothingNamesAPersonsFoldersDevicesOrAStranger() {
    assertThat(text(Statuses.eventful()))
        .doesNotContain("/home", "laptop", "device-", "stranger", "Gone.");
  }

  @Test
  void aNodeWithNothingTellsZeros() {
    assertThat(lines(Statuses.empty()))
        .contains("chroniclesync_troubles 0", "chroniclesync_peers{state=\"in_sync\"} 0");
  }

  @Test
  void idsThatNoEncodingTellsApartStayDifferent() {
    List<String> hostile = List.of("x\ud800", "x\udbff", "x?", "x\u202e");

    assertThat(lines(Statuses.withPeers(hostile)))
        .filteredOn(line -> line.startsWith("chroniclesync_peer_sent_bytes_total"))
        .containsExactlyInAnyOrder(
            "chroniclesync_peer_sent_bytes_total{peer=\"x\\\\u{d800}\"} 2000",
            "chroniclesync_peer_sent_bytes_total{peer=\"x\\\\u{dbff}\"} 2000",
            "chroniclesync_peer_sent_bytes_total{peer=\"x?\"} 2000",
            "chroniclesync_peer_sent_bytes_total{peer=\"x\\\\u{202e}\"} 2000");
  }

  private static List<String> lines(NodeStatus status) {
    return text(status).lines().filter(line -> !line.startsWith("#")).toList();
  }

  private static String text(NodeStatus status) {
    return Numbers.of(status).in(Form.OPEN_METRICS);
  }
}
