// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.core.base.FailureLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class WatchersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CHANGES = 10_000;

  private final Watchers watchers = new Watchers(new FailureLog(Clock.systemUTC()));
  private final AtomicInteger state = new AtomicInteger();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile int seen = -1;

  @BeforeEach
  void start() {
    watchers.start(this::status);
  }

  @AfterEach
  void close() throws InterruptedException {
    watchers.close(PATIENCE);
  }

  /** The number of the state is in the time, of all places. */
  private NodeStatus status() {
    asked.incrementAndGet();
    return new NodeStatus(
        Instant.ofEpochSecond(state.get()),
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private void see(NodeStatus status) {
    seen = (int) status.startedAt().getEpochSecond();
  }

  private void change() {
    state.incrementAndGet();
    watchers.dirty();
  }

  @RepeatedTest(50)
  void theLastChangeIsToldAndManyQuickOnesTogether() {
    watchers.add(this::see);
    for (int i = 0; i < CHANGES; i++) {
      change();
    }

    await().atMost(PATIENCE).until(() -> seen == CHANGES);
    assertThat(asked.get()).isLessThan(CHANGES);
  }

  @Test
  void whoeverBeginsToWatchIsTold() {
    change();
    watchers.add(this::see);
    await().atMost(PATIENCE).until(() -> seen == 1);
  }

  @Test
  void theStateIsNotAskedForWhileNobodyWatches() {
    change();
    Watch left = watchers.add(this::see);
    await().atMost(PATIENCE).until(() -> seen == 1);
    left.close();
    int before = asked.get();
    for (int i = 0; i < CHANGES; i++) {
      change();
    }
    watchers.add(this::see);
    await().atMost(PATIENCE).until(() -> seen == CHANGES + 1);

    assertThat(asked.get()).isLessThanOrEqualTo(before + 2);
  }

  @Test
  void oneThatThrowsCostsNobodyElse() {
    watchers.add(
        status -> {
          throw new AssertionError("a watcher's own fault");
        });
    watchers.add(this::see);
    change();
    await().atMost(PATIENCE).until(() -> seen == 1);
    change();
    await().atMost(PATIENCE).until(() -> seen == 2);
  }
}
