// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.chroniclesync.itests.harness.Closing;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The devices of an account share the services at which they meet. */
@Timeout(600)
class SharedServicesIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path folder;

  private final List<NodeUnderTest> nodes = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    Closing.all(nodes);
  }

  @Test
  void aServiceThatOneDeviceSharesIsWhereTheyMeetWhenTheirsIsGone() throws Exception {
    try (DiscoveryService later = DiscoveryService.start(folder.resolve("later"))) {
      NodeUnderTest desktop = sharing(later);
      // It knows of no service by itself, only what it learned while the first one was there.
      NodeUnderTest laptop = started(NodeUnderTest.in(folder.resolve("laptop"), MNEMONIC));
      assertThat(laptop.command("services")).isEqualTo(later.url());
      desktop.merge(Visit.several("a", 20));
      until(() -> laptop.visits().size() == 20 && laptop.isInSyncWith(desktop));

      assertThat(laptop.command("services remove " + later.url())).contains("No longer shared");
      until(() -> servicesJoinedBy(laptop) == 0);
      until(() -> desktop.command("services").contains("share no discovery service"));
      until(() -> servicesJoinedBy(desktop) == 0);
      // The connection that there is stays.
      desktop.merge(Visit.several("b", 5));
      until(() -> laptop.visits().size() == 25);
    }
  }

  @Test
  void aServiceThatComesSecondStandsByUntilTheFirstIsGone() throws Exception {
    try (DiscoveryService second = DiscoveryService.start(folder.resolve("second"))) {
      NodeUnderTest desktop;
      NodeUnderTest laptop;
      try (DiscoveryService first = DiscoveryService.start(folder.resolve("first"))) {
        desktop = started(deciding("desktop").discovery(first.url()));
        laptop = started(deciding("laptop").discovery(first.url()));
        until(() -> desktop.isInSyncWith(laptop) && laptop.isInSyncWith(desktop));
        assertThat(desktop.command("services add --priority 1 " + second.url()))
            .contains("while none with a smaller priority");
        until(
            () ->
                desktop.discoveries().contains("StandingBy")
                    && laptop.discoveries().contains("StandingBy"));
        assertThat(desktop.command("services")).isEqualTo(second.url() + "  (priority 1)");
        assertThat(servicesJoinedBy(desktop)).isEqualTo(1);
      }
      until(() -> servicesJoinedBy(desktop) == 1 && servicesJoinedBy(laptop) == 1);
      assertThat(desktop.discoveries()).contains("Waiting").doesNotContain("StandingBy");
      NodeUnderTest tablet = started(deciding("tablet").discovery(second.url()));
      until(() -> tablet.isInSyncWith(desktop) && tablet.isInSyncWith(laptop));
    }
  }

  /** It stands in and by soon. */
  private NodeUnderTest.Plan deciding(String name) {
    return NodeUnderTest.in(folder.resolve(name), MNEMONIC)
        .set("org.chroniclesync.core", "standInAfterMillis", 500L)
        .set("org.chroniclesync.core", "standByAfterMillis", 500L);
  }

  /** Both meet at a first service, one of them shares a later one, and the first is gone. */
  private NodeUnderTest sharing(DiscoveryService later) throws Exception {
    try (DiscoveryService first = DiscoveryService.start(folder.resolve("first"))) {
      NodeUnderTest desktop =
          started(NodeUnderTest.in(folder.resolve("desktop"), MNEMONIC).discovery(first.url()));
      try (NodeUnderTest laptop =
          NodeUnderTest.in(folder.resolve("laptop"), MNEMONIC).discovery(first.url()).start()) {
        until(() -> desktop.isInSyncWith(laptop) && laptop.isInSyncWith(desktop));
        assertThat(desktop.command("services add " + later.url())).contains("All of your devices");
        until(() -> servicesJoinedBy(desktop) == 2 && servicesJoinedBy(laptop) == 2);
        // The same device, met at two services, is one.
        assertThat(desktop.peers()).containsOnlyKeys(laptop.self());
      }
      return desktop;
    }
  }

  private NodeUnderTest started(NodeUnderTest.Plan plan) throws Exception {
    NodeUnderTest node = plan.start();
    nodes.add(node);
    return node;
  }

  /** What is carried by hand is always in the room. */
  private static int servicesJoinedBy(NodeUnderTest node) {
    return Collections.frequency(node.discoveries(), "Joined") - 1;
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).until(condition);
  }
}
