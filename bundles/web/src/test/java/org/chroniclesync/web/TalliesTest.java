// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.chroniclesync.api.history.Entry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Counts while visits come and go. The background begins when the test says so. */
@Timeout(600)
class TalliesTest {
  private static final YearMonth MONTH = YearMonth.of(2026, 3);
  private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

  private final TestNode node = new TestNode();
  private final CountDownLatch background = new CountDownLatch(1);
  private final Tallies tallies = new Tallies(new LongReads(), held());

  private ThreadFactory held() {
    return task -> {
      Thread thread =
          new Thread(
              () -> {
                try {
                  background.await();
                  task.run();
                } catch (InterruptedException e) {
                  return; // the test is over
                }
              },
              "test-counts");
      thread.setDaemon(true);
      return thread;
    };
  }

  @AfterEach
  void close() {
    background.countDown();
    tallies.close();
  }

  private void add(int from, int count) throws Exception {
    Entry[] visits = new Entry[count];
    for (int i = 0; i < count; i++) {
      visits[i] =
          TestNode.visit(
              "one", "v" + (from + i), "https://a.example/", "", BEGIN.plusSeconds(from + i), "");
    }
    for (int i = 0; i < count; i += 500) {
      node.add(List.of(visits).subList(i, Math.min(count, i + 500)).toArray(Entry[]::new));
    }
  }

  private Tallies.Counted counted() throws Exception {
    return tallies.months(node, MONTH, MONTH);
  }

  private static long visits(Tallies.Counted counted) {
    return counted.months().get(0).visits();
  }

  @Test
  void aMonthOfFewVisitsIsAlwaysCurrent() throws Exception {
    add(0, 10);
    assertThat(visits(counted())).isEqualTo(10);
    add(10, 1);
    assertThat(counted().current()).isTrue();
    assertThat(visits(counted())).isEqualTo(11);
  }

  @Test
  void nobodyWaitsUntilAMonthOfManyIsCountedAgain() throws Exception {
    add(0, Tallies.MANY);
    assertThat(counted().current()).isTrue();
    for (int come = 0; come < 5; come++) {
      add(Tallies.MANY + come, 1);
      assertThat(counted().current()).isFalse();
      assertThat(visits(counted())).isEqualTo(Tallies.MANY);
    }
    background.countDown();
    while (!counted().current()) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(visits(counted())).isEqualTo(Tallies.MANY + 5);
  }

  @Test
  void whatWasDeletedIsNotShownAgain() throws Exception {
    add(0, Tallies.MANY);
    counted();
    Entry first =
        TestNode.visit("one", "v0", "https://a.example/", "", BEGIN, "")
            .tombstone(Long.MAX_VALUE / 2);
    node.add(first);
    assertThat(counted().current()).isTrue();
    assertThat(visits(counted())).isEqualTo(Tallies.MANY - 1);
  }
}
