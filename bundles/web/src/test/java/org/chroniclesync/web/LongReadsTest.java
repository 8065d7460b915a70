// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.support.DaemonThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class LongReadsTest {
  private final LongReads reads = new LongReads();
  private final CountDownLatch may = new CountDownLatch(1);
  private final AtomicInteger now = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();

  private Thread reader() {
    return DaemonThreads.make(
        "test-reads",
        () -> {
          try {
            reads.read(this::held);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private boolean held() throws InterruptedException {
    most.accumulateAndGet(now.incrementAndGet(), Math::max);
    may.await();
    now.decrementAndGet();
    return ended.incrementAndGet() > 0;
  }

  @Test
  void oneReadsAtATimeAndWhoComesWhenManyWaitIsToldSo() throws Exception {
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i <= LongReads.MAX_WAITING; i++) {
      int before = i;
      Thread reader = reader();
      reader.start();
      all.add(reader);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> now.get() == 1 && reads.waiting(LongReads.Length.WHOLE) == before);
    }
    assertThatThrownBy(() -> reads.read(() -> true)).isInstanceOf(Problem.class);
    may.countDown();
    for (Thread reader : all) {
      reader.join();
    }
    assertThat(ended).hasValue(LongReads.MAX_WAITING + 1);
    assertThat(most).hasValue(1);
    assertThat(reads.read(() -> true)).isTrue();
  }

  @Test
  void oneThatFailsCostsNoOtherItsTurn() throws Exception {
    assertThatThrownBy(
            () ->
                reads.read(
                    () -> {
                      throw new IllegalStateException("it failed");
                    }))
        .hasMessage("it failed");
    assertThat(reads.<Boolean>read(() -> reads.read(() -> true))).isTrue();
  }

  @Test
  void whatAPersonOpensDoesNotWaitForWhatMayLookAtAll() throws Exception {
    Thread preview = reader();
    preview.start();
    await().atMost(Duration.ofMinutes(1)).until(() -> now.get() == 1);
    assertThat(reads.<Boolean>read(LongReads.Length.BOUNDED, () -> true)).isTrue();
    assertThat(reads.<Boolean>read(LongReads.Length.MONTH, () -> true)).isTrue();
    assertThat(ended).hasValue(0);
    may.countDown();
    preview.join();
    assertThat(ended).hasValue(1);
  }
}
