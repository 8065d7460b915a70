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
  void theBestIsLentOnceItIsWanted() throws Exception {
    Slot<String> slot = new Slot<>();
    var low = Fixture.reference(1);
    slot.add(low, "low");
    slot.add(Fixture.reference(2), "high");
    assertThat(lent(slot)).isEqualTo("low");

    slot.lendBest();
    assertThat(lent(slot)).isEqualTo("high");
    slot.add(Fixture.reference(0), "lowest");
    slot.lendBest();
    assertThat(lent(slot)).isEqualTo("high");
    assertThat(slot.remove(low, LONG, (from, to) -> true)).isTrue();
    assertThat(lent(slot)).isEqualTo("high");
  }

  @Test
  void aLeaseIsWaitedForUpToTheDeadline() throws Exception {
    Slot<String> slot = new Slot<>();
    var reference = Fixture.reference(1);
    slot.add(reference, "store");
    var lease = slot.lease();

    assertThat(slot.remove(reference, Duration.ofMillis(1), (from, to) -> true)).isFalse();
    assertThat(slot.leaseNow()).isNull();
    assertThat(slot.lease(Duration.ofMillis(1))).isNull();
    lease.close();
  }

  @Test
  void whatFollowsIsGivenWhatTheLeavingHeld() {
    Slot<String> slot = new Slot<>();
    var high = Fixture.reference(2);
    slot.add(high, "high");
    slot.add(Fixture.reference(1), "low");
    List<String> handovers = new ArrayList<>();

    slot.remove(
        high,
        LONG,
        (from, to) -> {
          assertThat(slot.leaseNow()).isNull();
          return handovers.add(from + " to " + to);
        });

    assertThat(handovers).containsExactly("high to low");
    assertThat(lent(slot)).isEqualTo("low");
  }

  @Test
  void aBetterOneFollowsOnlyIfItIsFit() {
    Slot<String> slot = new Slot<>();
    slot.add(Fixture.reference(1), "low");
    slot.add(Fixture.reference(2), "high");
    assertThat(slot.standbys()).singleElement().matches(lease -> lease.service().equals("high"));

    assertThat(slot.promote(LONG, (from, to) -> false)).isFalse();
    assertThat(lent(slot)).isEqualTo("low");
    assertThat(slot.promote(LONG, (from, to) -> true)).isTrue();
    assertThat(lent(slot)).isEqualTo("high");
  }

  @Test
  void noneIsPromotedOverALeaseThatIsNotGivenBack() throws Exception {
    Slot<String> slot = new Slot<>();
    slot.add(Fixture.reference(1), "low");
    slot.add(Fixture.reference(2), "high");

    try (var lease = slot.lease()) {
      assertThat(slot.promote(Duration.ofMillis(1), (from, to) -> true)).isFalse();
      assertThat(lease.service()).isEqualTo("low");
    }
    assertThat(lent(slot)).isEqualTo("low");
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
    slot.add(Fixture.reference(1), "late");

    assertThat(got.get()).isEqualTo("late");
  }

  private static String lent(Slot<String> slot) {
    try (var lease = slot.leaseNow()) {
      return lease == null ? "nothing" : lease.service();
    }
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
    var reference = Fixture.reference(0);
    slot.add(reference, current);
    for (int i = 0; i < 1_000; i++) {
      AtomicBoolean next = new AtomicBoolean();
      var nextReference = Fixture.reference(i + 1);
      slot.add(nextReference, next);
      if (i % 2 == 0) {
        assertThat(slot.promote(LONG, (from, to) -> true)).isTrue();
      }
      assertThat(slot.remove(reference, LONG, (from, to) -> true)).isTrue();
      current.set(true);
      current = next;
      reference = nextReference;
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
