// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeProcess;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that is killed by SIGKILL while it syncs, again and again. {@code -Dsoak.kills=200} for
 * the long form, which says every 20 kills that it goes on.
 */
@Timeout(7_200)
class SigkillIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final int KILLS = Integer.getInteger("soak.kills", 2);
  private static final int MOST_MORE_KILLS = 20;
  private static final int FRESH = 5_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;

  /** Those after which only the victim had something that it had acknowledged. */
  private int killsInMidSync;

  @Test
  void nothingThatWasAcknowledgedIsLost() throws Exception {
    Set<String> acknowledged = new TreeSet<>();
    try (DiscoveryService service = DiscoveryService.start(folder.resolve("discovery"));
        NodeUnderTest survivor =
            NodeUnderTest.in(folder.resolve("survivor"), MNEMONIC)
                .discovery(service.url())
                .start()) {
      int kills = 0;
      while (kills < KILLS || isStillToHit(kills)) {
        int kill = kills++;
        List<Visit> fresh = Visit.several("survivor-" + kill, FRESH);
        survivor.merge(fresh);
        fresh.forEach(visit -> acknowledged.add(visit.device() + "/" + visit.visitId()));
        acknowledged.addAll(killedInMidSync(service, survivor, "victim-" + kill, kill));
        if (kills % 20 == 0) {
          System.out.println(kills + " kills, " + acknowledged.size() + " acknowledged");
        }
      }
      try (NodeUnderTest victim =
          NodeUnderTest.in(folder.resolve("victim"), MNEMONIC).discovery(service.url()).start()) {
        until(() -> survivor.isInSyncWith(victim) && victim.isInSyncWith(survivor));
        Map<String, Visit> held = survivor.visits();
        assertThat(victim.visits()).isEqualTo(held);
        Set<String> lost = new TreeSet<>(acknowledged);
        lost.removeAll(held.keySet());
        assertThat(lost).isEmpty();
        assertThat(killsInMidSync).isPositive();
        System.out.println(
            kills
                + " kills, "
                + killsInMidSync
                + " in mid-sync, "
                + acknowledged.size()
                + " acknowledged, "
                + held.size()
                + " held");
      }
    }
  }

  /** Nearly half of the kills hit a victim whose acknowledged visits have all been sent. */
  private boolean isStillToHit(int kills) {
    return killsInMidSync == 0 && kills < KILLS + MOST_MORE_KILLS;
  }

  /** Lets a process run until entries go both ways, then kills it at once. */
  private Set<String> killedInMidSync(
      DiscoveryService service, NodeUnderTest survivor, String device, int kill) throws Exception {
    Path log = folder.resolve("victim.log");
    long before = survivor.position();
    NodeProcess victim =
        NodeProcess.start(folder.resolve("victim"), MNEMONIC, service.url(), device, log);
    try (victim) {
      until(() -> victim.isReady() || !victim.isAlive());
      assertThat(victim.isAlive()).isTrue();
      // At another point of the sync each time.
      int least = 100 + 700 * (kill % 5);
      until(() -> survivor.count(device, before) >= least);
    }
    Set<String> acknowledged = victim.acknowledged();
    // Else it was killed in its sleep.
    assertThat(acknowledged).hasSizeLessThan(NodeProcess.MAX_VISITS);
    if (survivor.count(device, before) < acknowledged.size()) {
      killsInMidSync++;
    }
    return acknowledged;
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
  }
}
