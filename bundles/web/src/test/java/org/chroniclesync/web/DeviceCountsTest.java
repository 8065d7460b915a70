// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Counts while visits come. The store counts when the test says so. */
@Timeout(600)
class DeviceCountsTest {
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
  private static final int ALL = 1_000;

  private final TestNode node = new TestNode();
  private final Held history = new Held();
  private final DeviceCounts counts =
      new DeviceCounts(new LongReads(), task -> DaemonThreads.make("test-devices", task));

  /** A history whose store counts devices as often as it may. */
  private final class Held implements History {
    private final Semaphore may = new Semaphore(ALL);
    private final AtomicInteger begun = new AtomicInteger();
    private final HistoryStore store =
        (HistoryStore)
            Proxy.newProxyInstance(
                DeviceCountsTest.class.getClassLoader(),
                new Class<?>[] {HistoryStore.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("devices")) {
                    begun.incrementAndGet();
                    may.acquire();
                  }
                  try {
                    return method.invoke(node.store, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });

    @Override
    public MergeResult merge(Batch batch) throws StorageException {
      return node.merge(batch);
    }

    @Override
    public <R> R borrow(Operation<R> operation) throws StorageException {
      return operation.apply(store);
    }

    @Override
    public Deletions deletions() {
      return node;
    }

    @Override
    public Node.Watch watch(Watcher watcher) {
      return node.watch(watcher);
    }
  }

  @AfterEach
  void close() {
    history.may.release(ALL);
    counts.close();
  }

  private void add(int from, int count) throws Exception {
    for (int at = from; at < from + count; at += 500) {
      Entry[] visits = new Entry[Math.min(500, from + count - at)];
      for (int i = 0; i < visits.length; i++) {
        visits[i] =
            TestNode.visit(
                "one", "v" + (at + i), "https://a.example/", "", BEGIN.plusSeconds(at + i), "");
      }
      node.add(visits);
    }
  }

  private DeviceCounts.Counted counted() throws Exception {
    return counts.all(history);
  }

  private static long visits(DeviceCounts.Counted counted) {
    return counted.devices().stream().mapToLong(one -> one.entries()).sum();
  }

  @Test
  void fewVisitsAreAlwaysCurrent() throws Exception {
    add(0, 10);
    assertThat(visits(counted())).isEqualTo(10);
    add(10, 1);
    assertThat(counted().current()).isTrue();
    assertThat(visits(counted())).isEqualTo(11);
  }

  @Test
  void nobodyWaitsWhileManyAreCountedAgain() throws Exception {
    add(0, DeviceCounts.MANY);
    assertThat(counted().current()).isTrue();
    history.may.drainPermits();
    add(DeviceCounts.MANY, 1);
    assertThat(counted().current()).isFalse();
    await().atMost(Duration.ofMinutes(1)).until(() -> history.begun.get() == 2);

    for (int i = 0; i < 50; i++) {
      add(DeviceCounts.MANY + 1 + i, 1);
      assertThat(counted()).isEqualTo(new DeviceCounts.Counted(counted().devices(), false));
      assertThat(visits(counted())).isEqualTo(DeviceCounts.MANY);
    }
    assertThat(history.begun).hasValue(2);

    history.may.release(ALL);
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(counted().current()).isTrue());
    assertThat(visits(counted())).isEqualTo(DeviceCounts.MANY + 51);
  }

  @Test
  void whoAsksWhileTheFirstCountsGetsWhatThatFinds() throws Exception {
    add(0, DeviceCounts.MANY);
    history.may.drainPermits();
    AtomicInteger answered = new AtomicInteger();
    List<Thread> threads =
        Stream.generate(() -> DaemonThreads.make("test-asks", () -> ask(answered)))
            .limit(4)
            .toList();
    threads.forEach(Thread::start);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> threads.stream().allMatch(DeviceCountsTest::waits));
    history.may.release(ALL);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(answered).hasValue(4 * DeviceCounts.MANY);
    assertThat(history.begun).hasValue(1);
  }

  private static boolean waits(Thread thread) {
    return thread.getState() == Thread.State.BLOCKED || thread.getState() == Thread.State.WAITING;
  }

  private void ask(AtomicInteger answered) {
    try {
      answered.addAndGet((int) visits(counted()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
