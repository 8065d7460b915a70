// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.itests.harness.Closing;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two connected nodes that have nothing to do. What their threads do is counted from one check of
 * the parts to the next, so that a slow machine makes the stretch longer and not the count wrong.
 */
@Timeout(900)
class RestIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** How often a thread may go to sleep again in the five seconds between two checks. */
  private static final long MOST_WAITS = 10;

  /** Four times a second, a session is looked after, and its receiver looks after requests. */
  private static final long MOST_WAITS_FOR_A_SESSION = 40;

  private static final List<String> FOR_A_SESSION =
      List.of("chroniclesync-heartbeat", "chroniclesync-session-receiver");

  /** What part of a processor all threads of both nodes may use. */
  private static final double MOST_OF_A_PROCESSOR = 0.1;

  @TempDir Path folder;
  private final AtomicInteger checks = new AtomicInteger();
  private DiscoveryService service;
  private NodeUnderTest one;
  private NodeUnderTest two;

  /** What a thread has done so far. */
  private record Done(String name, long waits, long cpuNanos) {}

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

  private NodeUnderTest node(String name) throws Exception {
    return NodeUnderTest.in(folder.resolve(name), MNEMONIC)
        .discovery(service.url())
        .set(
            "org.chroniclesync.importer.browser",
            "profiles",
            new String[] {folder.resolve("no profile").toString()})
        .start();
  }

  @Test
  void nodesWithNothingToDoRest() {
    one.merge(Visit.several("a", 1_000));
    await().atMost(PATIENCE).until(() -> two.visits().size() == 1_000);
    await().atMost(PATIENCE).until(() -> one.isInSyncWith(two) && two.isInSyncWith(one));
    PartReporter reporter =
        () -> {
          checks.incrementAndGet();
          return List.of();
        };
    one.register(PartReporter.class, reporter, Map.of());

    // The index for searches and what was not compiled yet keep it busy for a while.
    await().atMost(PATIENCE).untilAsserted(this::assertRest);
  }

  private void assertRest() {
    awaitCheck();
    long began = System.nanoTime();
    Map<Long, Done> before = done();
    awaitCheck();
    Map<Long, Done> after = done();
    long took = System.nanoTime() - began;

    Map<String, Long> restless = new TreeMap<>();
    long used = 0;
    for (Map.Entry<Long, Done> thread : after.entrySet()) {
      Done now = thread.getValue();
      Done then = before.getOrDefault(thread.getKey(), new Done(now.name(), 0, 0));
      long waits = now.waits() - then.waits();
      used += now.cpuNanos() - then.cpuNanos();
      boolean forASession = FOR_A_SESSION.contains(now.name());
      if (waits > (forASession ? MOST_WAITS_FOR_A_SESSION : MOST_WAITS)) {
        restless.merge(now.name(), waits, Math::max);
      }
    }
    assertThat(restless).as("threads that do not rest").isEmpty();
    assertThat((double) used / took).as("of a processor").isLessThan(MOST_OF_A_PROCESSOR);
  }

  private void awaitCheck() {
    int now = checks.get();
    await().atMost(PATIENCE).until(() -> checks.get() > now);
  }

  /** By the number of the thread; those of the nodes and the service alone. */
  private static Map<Long, Done> done() {
    Map<Long, Done> all = new HashMap<>();
    for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
      if (thread != null && thread.getThreadName().startsWith("chroniclesync-")) {
        long id = thread.getThreadId();
        all.put(
            id,
            new Done(
                thread.getThreadName(), thread.getWaitedCount(), THREADS.getThreadCpuTime(id)));
      }
    }
    return all;
  }
}
