// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SlotTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void theNewestIsLent() throws Exception {
    Slot<String> slot = new Slot<>();
    slot.bind("old");
    slot.bind("new");

    try (var lease = slot.lease()) {
      assertThat(lease.service()).isEqualTo("new");
    }
    assertThat(slot.unbind("old", LONG)).isTrue();
    try (var lease = slot.lease()) {
      assertThat(lease.service()).isEqualTo("new");
    }
  }

  @Test
  void aLeaseIsWaitedForUpToTheDeadline() throws Exception {
    Slot<String> slot = new Slot<>();
    slot.bind("store");
    var lease = slot.lease();

    assertThat(slot.unbind("store", Duration.ofMillis(1))).isFalse();
    assertThat(slot.leaseNow()).isNull();
    lease.close();
  }

  @Test
  void aBorrowerWaitsForTheNext() throws Exception {
    Slot<String> slot = new Slot<>();
    CompletableFuture<String> got =
        CompletableFuture.supplyAsync(
            () -> {
              try (var lease = slot.lease()) {
                return lease.service();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    slot.bind("late");

    assertThat(got.get()).isEqualTo("late");
  }

  /** Whoever holds a lease holds a service that has not been let go. */
  @RepeatedTest(5)
  void noServiceIsUsedAfterItLeft() throws Exception {
    Slot<AtomicBoolean> slot = new Slot<>();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger used = new AtomicInteger();
    AtomicInteger usedAfterEnd = new AtomicInteger();
    List<Thread> borrowers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread borrower =
          new Thread(
              () -> {
                while (!stop.get()) {
                  try (var lease = slot.leaseNow()) {
                    if (lease != null) {
                      used.incrementAndGet();
                      Thread.onSpinWait();
                      if (lease.service().get()) {
                        usedAfterEnd.incrementAndGet();
                      }
                    }
                  }
                }
              });
      borrower.start();
      borrowers.add(borrower);
    }
    AtomicBoolean current = new AtomicBoolean();
    slot.bind(current);
    for (int i = 0; i < 1_000; i++) {
      AtomicBoolean next = new AtomicBoolean();
      slot.bind(next);
      assertThat(slot.unbind(current, LONG)).isTrue();
      current.set(true);
      current = next;
    }
    while (used.get() == 0) {
      Thread.onSpinWait();
    }
    stop.set(true);
    for (Thread borrower : borrowers) {
      borrower.join();
    }

    assertThat(usedAfterEnd).hasValue(0);
  }
}
