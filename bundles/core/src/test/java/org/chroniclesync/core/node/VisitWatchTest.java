// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.History.Watcher;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.storage.Fault;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever watches a history: told of what comes and goes, and a burden to nobody. */
@Timeout(600)
class VisitWatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Fixture> nodes = new ArrayList<>();
  private final FaultyStore store = TestStores.inMemory();
  private final Fixture a = node("a", store);

  /** Writes down what it is told. */
  private static final class Scribe implements Watcher {
    private final List<Entry> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger gaps = new AtomicInteger();

    @Override
    public void changed(List<Change> changes, boolean missed) {
      if (missed) {
        gaps.incrementAndGet();
      }
      changes.forEach(change -> told.add(change.entry()));
    }

    List<EntryId> ids() {
      return told.stream().map(Entry::id).toList();
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (Fixture node : nodes) {
      node.close();
    }
    network.close();
  }

  @Test
  void visitsThatComeAndGoAreToldFromHereAndFromOthers() throws Exception {
    a.node.merge(Batch.of(visits("before", 10)));
    Scribe scribe = new Scribe();
    a.node.watch(scribe);
    List<Entry> own = visits("a", 250);
    a.node.merge(Batch.of(own));
    until(() -> scribe.told.size() == 250);
    assertThat(scribe.ids())
        .containsExactlyInAnyOrderElementsOf(own.stream().map(Entry::id).toList());

    FaultyStore others = TestStores.inMemory();
    others.merge(Batch.of(visits("b", 5)));
    node("b", others);
    until(() -> scribe.told.size() == 255);
    assertThat(scribe.told.subList(250, 255)).containsExactlyInAnyOrderElementsOf(visits("b", 5));

    a.node.deletions().delete(Selection.ALL.ofPage(own.get(7).url()), false);
    until(() -> scribe.told.size() == 256);
    assertThat(scribe.told.get(255).deleted()).isTrue();
    assertThat(scribe.told.get(255).id()).isEqualTo(own.get(7).id());
    assertThat(scribe.gaps).hasValue(0);
  }

  @Test
  void aSlowOneHoldsUpNobodyAndIsToldThatItMissedSome() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Scribe slow = new Scribe();
    Scribe quick = new Scribe();
    a.node.watch(
        (changes, missed) -> {
          begun.countDown();
          awaitUninterrupted(goOn);
          slow.changed(changes, missed);
        });
    a.node.watch(quick);
    a.node.merge(Batch.of(visits("first", 1)));
    begun.await();
    for (int i = 0; i < 3; i++) {
      a.node.merge(Batch.of(visits("many-" + i, 5_000)));
      int all = 1 + (i + 1) * 5_000;
      until(() -> quick.told.size() == all);
    }
    goOn.countDown();
    until(() -> slow.gaps.get() == 1);
    a.node.merge(Batch.of(visits("last", 1)));

    until(() -> slow.told.size() == 2);
    assertThat(slow.ids())
        .containsExactly(visits("first", 1).get(0).id(), visits("last", 1).get(0).id());
    assertThat(quick.gaps).hasValue(0);
  }

  @Test
  void oneThatIsALittleBehindMissesNothing() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Scribe scribe = new Scribe();
    a.node.watch(
        (changes, missed) -> {
          awaitUninterrupted(goOn);
          scribe.changed(changes, missed);
        });
    a.node.merge(Batch.of(visits("first", 1)));
    a.node.merge(Batch.of(visits("many", Watcher.MAX_BEHIND - 1)));
    goOn.countDown();

    until(() -> scribe.told.size() == Watcher.MAX_BEHIND);
    assertThat(scribe.gaps).hasValue(0);
  }

  @Test
  void oneThatThrowsCostsNobodyElseAndIsToldWhatItMissed() throws Exception {
    Scribe scribe = new Scribe();
    Scribe other = new Scribe();
    AtomicInteger calls = new AtomicInteger();
    a.node.watch(
        (changes, missed) -> {
          if (calls.getAndIncrement() == 0) {
            throw new AssertionError("its own fault");
          }
          scribe.changed(changes, missed);
        });
    a.node.watch(other);
    a.node.merge(Batch.of(visits("one", 1)));
    until(() -> calls.get() == 1 && other.told.size() == 1);
    a.node.merge(Batch.of(visits("two", 1)));

    until(() -> scribe.told.size() == 1 && other.told.size() == 2);
    assertThat(scribe.gaps).hasValue(1);
    assertThat(other.gaps).hasValue(0);
    assertThat(a.node.status().failures())
        .anySatisfy(failure -> assertThat(failure.what()).contains("its own fault"));
  }

  @Test
  void anotherStorageIsAGap() throws Exception {
    Scribe scribe = new Scribe();
    a.node.watch(scribe);
    a.node.merge(Batch.of(visits("one", 1)));
    until(() -> scribe.told.size() == 1);
    a.swap(TestStores.inMemory());
    until(() -> scribe.gaps.get() == 1);
    int before = scribe.told.size();
    a.node.merge(Batch.of(visits("two", 1)));

    until(() -> scribe.told.size() > before);
    assertThat(scribe.ids().get(scribe.told.size() - 1)).isEqualTo(visits("two", 1).get(0).id());
  }

  @Test
  void whoWatchesBeforeThereIsAStorageIsToldOnceThereIsOne() throws Exception {
    var taken = a.takeStore();
    Scribe scribe = new Scribe();
    a.node.watch(scribe);
    a.add(taken);
    until(() -> scribe.gaps.get() == 1);
    a.node.merge(Batch.of(visits("one", 1)));

    until(() -> scribe.told.size() == 1);
    assertThat(scribe.gaps).hasValue(1);
  }

  @Test
  void whatCanNotBeReadIsToldLater() throws Exception {
    Scribe scribe = new Scribe();
    a.node.watch(scribe);
    AtomicInteger asked = new AtomicInteger();
    store
        .dials()
        .changes()
        .does(
            Fault.throwing(
                () -> {
                  asked.incrementAndGet();
                  return new StorageException(
                      StorageException.Kind.FAILED, "The disk is away.", null);
                }));
    a.node.merge(Batch.of(visits("one", 1)));
    until(() -> asked.get() > 0);
    store.dials().work();

    until(() -> scribe.told.size() == 1);
    assertThat(scribe.gaps).hasValue(0);
  }

  @Test
  void oneThatIsClosedIsToldNothingAndMakesRoom() throws Exception {
    Scribe closed = new Scribe();
    Watch first = a.node.watch(closed);
    for (int i = 1; i < History.MAX_WATCHES; i++) {
      a.node.watch(new Scribe());
    }
    assertThatThrownBy(() -> a.node.watch(new Scribe()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("close one first");
    first.close();
    first.close();
    Scribe next = new Scribe();
    a.node.watch(next);
    a.node.merge(Batch.of(visits("one", 1)));

    until(() -> next.told.size() == 1);
    assertThat(closed.told).isEmpty();
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Fixture node(String name, FaultyStore of) {
    Fixture node = new Fixture(network, name, "secret", of).start();
    nodes.add(node);
    return node;
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
  }
}
