// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.chroniclesync.itests.harness.Closing;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.PeerView;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes and a discovery service, each in a Felix framework of its own, over real libwebrtc. */
@Timeout(900)
class TwoNodesIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;
  private DiscoveryService service;
  private NodeUnderTest one;
  private NodeUnderTest two;

  @BeforeEach
  void start() throws Exception {
    service = DiscoveryService.start(folder.resolve("discovery"));
    one = node("one");
    two = node("two");
  }

  @AfterEach
  void stop() throws Exception {
    Closing.all(one, two, service);
  }

  @Test
  void bothEndWithTheUnionAndGoOnWithoutTheService() throws Exception {
    one.merge(Visit.several("a", 3_000));
    two.merge(Visit.several("b", 2_000));

    // Two that have nothing yet are in sync, too.
    until(() -> one.visits().size() == 5_000 && one.visits().equals(two.visits()));
    until(() -> one.isInSyncWith(two) && two.isInSyncWith(one));
    assertThat(peer(one, two).node()).isTrue();
    assertThat(two.search("number 2999")).contains("https://a.example/a-2999");

    int port = service.port();
    service.close();
    until(() -> one.discoveries().contains("Waiting"));
    Visit live = Visit.of("a", "live", "While nobody introduces");
    one.merge(List.of(live));
    until(() -> two.visits().containsKey("a/live"));
    two.merge(List.of(live.tombstone()));
    until(() -> one.visits().get("a/live").deleted());
    assertThat(one.search("introduces")).isEmpty();

    service = DiscoveryService.start(folder.resolve("again"), port);
    until(() -> !one.discoveries().contains("Waiting") && !two.discoveries().contains("Waiting"));
    assertThat(one.visits()).isEqualTo(two.visits());
  }

  @Test
  void aNodeThatComesBackCatchesUp() throws Exception {
    one.merge(Visit.several("a", 500));
    until(() -> two.visits().size() == 500);
    two.close();

    one.merge(Visit.several("later", 500));
    two = node("two");

    until(() -> two.visits().size() == 1_000);
    until(() -> one.isInSyncWith(two) && two.isInSyncWith(one));
    // What the first session brought was not sent again.
    assertThat(peer(two, one).entriesIn()).isEqualTo(500);
  }

  @Test
  void anOperatorStopsAndUpdatesBundlesByName() throws Exception {
    one.merge(Visit.several("a", 10));
    until(() -> two.visits().size() == 10);

    // Both, or what comes meanwhile may come by the other.
    one.command("stop transport.websocket");
    one.command("stop transport.webrtc");
    until(() -> !two.isInSyncWith(one));
    one.merge(Visit.several("meanwhile", 10));
    assertThat(two.visits()).hasSize(10);

    String id =
        one.command("lb -s transport.webrtc").replaceAll("(?s).*?(\\d+)\\|Resolved.*", "$1");
    one.command("start " + id);
    until(() -> two.visits().size() == 20);
    one.command("update storage.sqlite");
    one.merge(Visit.several("later", 10));
    until(() -> two.visits().size() == 30);
    assertThatThrownBy(() -> one.command("stop no.such.bundle")).isInstanceOf(IOException.class);
  }

  private NodeUnderTest node(String name) throws Exception {
    return NodeUnderTest.in(folder.resolve(name), MNEMONIC).discovery(service.url()).start();
  }

  private static PeerView peer(NodeUnderTest node, NodeUnderTest other) {
    PeerView view = node.peers().get(other.self());
    if (view == null) {
      throw new AssertionError(node.describe());
    }
    return view;
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
