// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.core.Visits;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The account gets new words on one device after the other, and one is left behind. */
class RenewTest {
  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Fixture> started = new ArrayList<>();

  private Fixture node(String name, HistoryStore store) {
    Fixture node = new Fixture(network, name, "secret", store);
    started.add(node);
    return node.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    for (Fixture node : started) {
      node.close();
    }
    network.close();
  }

  @Test
  void theLostOneGetsNotAFrame() throws Exception {
    Fixture a = node("a", TestStores.inMemory());
    Fixture b = node("b", TestStores.inMemory());
    Fixture lost = node("lost", TestStores.inMemory());
    merge(a, "before");
    until(() -> holds(b, "before") && holds(lost, "before"));
    until(() -> a.isInSyncWith(lost) && lost.isInSyncWith(b) && a.isInSyncWith(b));

    a.swap(a.named("B", "new"));
    b.swap(b.named("B", "new"));
    until(() -> isGone(lost, a) && isGone(lost, b));
    long bytes = bytesIn(lost);
    merge(a, "after");
    merge(lost, "of the lost");

    until(() -> holds(b, "after") && a.isInSyncWith(b));
    assertThat(holds(lost, "after")).isFalse();
    assertThat(bytesIn(lost)).isEqualTo(bytes);
    assertThat(holds(a, "of the lost")).isFalse();
    assertThat(holds(b, "of the lost")).isFalse();
    assertThat(a.node.devices()).extracting(KnownDevice::peer).contains(lost.id, b.id);
  }

  @Test
  void theOneThatFollowsLaterBringsWhatItRecordedAndGetsWhatItMissed() throws Exception {
    Fixture a = node("a", TestStores.inMemory());
    Fixture b = node("b", TestStores.inMemory());
    merge(a, "before");
    until(() -> holds(b, "before"));
    a.swap(a.named("B", "new"));
    until(() -> isGone(b, a));
    merge(a, "meanwhile");
    merge(b, "asleep");

    // As a component that begins anew: the former leaves first.
    b.remove(b.identity());
    b.add(b.named("B", "new"));

    until(() -> holds(a, "asleep") && holds(b, "meanwhile") && a.isInSyncWith(b));
  }

  @Test
  void aForgottenDeviceStaysAwayUntilItProvesItselfAgain() throws Exception {
    HistoryStore store = TestStores.inMemory();
    Fixture a = node("a", store);
    Fixture b = node("b", TestStores.inMemory());
    until(() -> knows(a, b.id));
    started.remove(b);
    b.close();
    until(() -> isGone(a, b));
    until(() -> marks(a).stream().anyMatch(value -> value.startsWith("node ")));

    assertThat(a.node.forget(b.id)).isTrue();
    assertThat(a.node.forget(b.id)).isFalse();
    assertThat(a.node.forget(PeerId.ofNode("nobody"))).isFalse();

    assertThat(knows(a, b.id)).isFalse();
    until(() -> marks(a).stream().noneMatch(value -> value.startsWith("node ")));
    started.remove(a);
    a.close();
    Fixture again = node("a", store);
    until(() -> again.uses(store));
    assertThat(knows(again, b.id)).isFalse();
    node("b", TestStores.inMemory());
    until(() -> knows(again, b.id));
  }

  private static List<String> marks(Fixture node) throws Exception {
    return node.node.borrow(
        store ->
            store.marks().entrySet().stream()
                .filter(mark -> mark.getKey().startsWith("device/"))
                .map(Map.Entry::getValue)
                .toList());
  }

  private static boolean knows(Fixture node, PeerId peer) {
    return node.node.devices().stream().anyMatch(device -> device.peer().equals(peer));
  }

  private static boolean isGone(Fixture node, Fixture other) {
    return !node.knows(other) || node.stateOf(other) instanceof PeerState.Gone;
  }

  private static long bytesIn(Fixture node) {
    return node.node.status().peers().stream().mapToLong(peer -> peer.traffic().bytesIn()).sum();
  }

  private static void merge(Fixture node, String visit) throws Exception {
    node.node.merge(
        Batch.of(
            List.of(
                Visits.visit(
                    node.id.value(), visit, Visits.URL + visit, visit, 1_700_000_000_000.0, 1))));
  }

  private static boolean holds(Fixture node, String visit) throws Exception {
    return node.node.borrow(
        store -> {
          try (var changes = store.changes(0)) {
            for (var change = changes.next(); change != null; change = changes.next()) {
              Entry entry = change.entry();
              if (entry.visitId().equals(visit)) {
                return true;
              }
            }
          }
          return false;
        });
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).until(condition);
  }
}
