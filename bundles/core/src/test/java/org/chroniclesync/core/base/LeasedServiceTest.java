// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.core.References;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class LeasedServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void theBestIsLentOnceItIsWanted() throws Exception {
    LeasedService<String> slot = new LeasedService<>();
    var low = References.ranked(1);
    slot.add(low, "low");
    slot.add(References.ranked(2), "high");
    assertThat(lent(slot)).isEqualTo("low");

    slot.lendBest();
    assertThat(lent(slot)).isEqualTo("high");
    slot.add(References.ranked(0), "lowest");
    slot.lendBest();
    assertThat(lent(slot)).isEqualTo("high");
    assertThat(slot.remove(low, LONG, (from, to) -> true)).isTrue();
    assertThat(lent(slot)).isEqualTo("high");
  }

  @Test
  void aLeaseIsWaitedForUpToTheDeadline() throws Exception {
    LeasedService<String> slot = new LeasedService<>();
    var reference = References.ranked(1);
    slot.add(reference, "store");
    var lease = slot.lease();

    assertThat(slot.remove(reference, Duration.ofMillis(1), (from, to) -> true)).isFalse();
    assertThat(slot.leaseNow()).isNull();
    assertThat(slot.lease(Duration.ofMillis(1))).isNull();
    lease.close();
  }

  @Test
  void whatFollowsIsGivenWhatTheLeavingHeld() {
    LeasedService<String> slot = new LeasedService<>();
    var high = References.ranked(2);
    slot.add(high, "high");
    slot.add(References.ranked(1), "low");
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
    LeasedService<String> slot = new LeasedService<>();
    slot.add(References.ranked(1), "low");
    slot.add(References.ranked(2), "high");
    assertThat(slot.standbys()).singleElement().matches(lease -> lease.service().equals("high"));

    assertThat(slot.promote(any -> true, LONG, (from, to) -> false)).isFalse();
    assertThat(lent(slot)).isEqualTo("low");
    assertThat(slot.promote(any -> true, LONG, (from, to) -> true)).isTrue();
    assertThat(lent(slot)).isEqualTo("high");
  }

  @Test
  void noneIsPromotedOverALeaseThatIsNotGivenBack() throws Exception {
    LeasedService<String> slot = new LeasedService<>();
    slot.add(References.ranked(1), "low");
    slot.add(References.ranked(2), "high");

    try (var lease = slot.lease()) {
      assertThat(slot.promote(any -> true, Duration.ofMillis(1), (from, to) -> true)).isFalse();
      assertThat(lease.service()).isEqualTo("low");
    }
    assertThat(lent(slot)).isEqualTo("low");
  }

  /** The better one leaves while it is waited for leases of the one in use. */
  @Test
  void whoFollowsIsChosenAnewAfterTheWait() throws Exception {
    LeasedService<String> slot = new LeasedService<>();
    slot.add(References.ranked(1), "low");
    var high = References.ranked(2);
    slot.add(high, "high");
    List<String> handovers = new CopyOnWriteArrayList<>();
    CompletableFuture<Boolean> promoted;
    try (var lease = slot.lease()) {
      promoted =
          CompletableFuture.supplyAsync(
              () ->
                  slot.promote(any -> true, LONG, (from, to) -> handovers.add(from + " to " + to)));
      await().atMost(PATIENCE).until(() -> slot.epochNow() == 0);
      assertThat(slot.remove(high, Duration.ofMillis(1))).isTrue();
      assertThat(lease.service()).isEqualTo("low");
    }

    assertThat(promoted.get()).isTrue();
    assertThat(handovers).isEmpty();
    assertThat(lent(slot)).isEqualTo("low");
  }

  @Test
  void afterAllHaveLeftTheNextIsLent() throws Exception {
    LeasedService<String> slot = new LeasedService<>();
    var low = References.ranked(1);
    slot.add(low, "low");
    var high = References.ranked(2);
    slot.add(high, "high");
    CompletableFuture<Boolean> promoted;
    try (var lease = slot.lease()) {
      promoted =
          CompletableFuture.supplyAsync(() -> slot.promote(any -> true, LONG, (from, to) -> true));
      await().atMost(PATIENCE).until(() -> slot.epochNow() == 0);
      slot.remove(high, Duration.ofMillis(1));
      assertThat(slot.remove(low, Duration.ofMillis(1))).isFalse();
      assertThat(lease.service()).isEqualTo("low");
    }
    promoted.get();

    slot.add(References.ranked(0), "next");
    assertThat(lent(slot)).isEqualTo("next");
  }

  @Test
  void oneThatLeavesWhileItTakesOverIsFollowedByTheNext() {
    LeasedService<String> slot = new LeasedService<>();
    var best = References.ranked(3);
    slot.add(best, "best");
    var second = References.ranked(2);
    slot.add(second, "second");
    slot.add(References.ranked(1), "third");
    List<String> handovers = new ArrayList<>();

    slot.remove(
        best,
        LONG,
        (from, to) -> {
          handovers.add(from + " to " + to);
          slot.remove(second, Duration.ofMillis(1));
          return to.equals("third");
        });

    assertThat(handovers).containsExactly("best to second", "best to third");
    assertThat(lent(slot)).isEqualTo("third");
  }

  @Test
  void oneThatHasLeftIsWaitedForOnce() throws Exception {
    LeasedService<String> slot = new LeasedService<>();
    var reference = References.ranked(1);
    slot.add(reference, "handler");
    slot.remove(reference, LONG);
    Duration patience = Duration.ofSeconds(1);

    // A thousand waits would be more than the test has time for.
    for (int i = 0; i < 1_000; i++) {
      assertThat(slot.lease(patience)).isNull();
    }
  }

  @Test
  void onePassedOverIsLentAgainOnceItIsSound() {
    LeasedService<String> slot = new LeasedService<>();
    slot.add(References.ranked(2), "failing");
    slot.add(References.ranked(1), "sound");
    long failing = slot.epochNow();

    assertThat(slot.passOver(failing, any -> true)).isTrue();
    assertThat(lent(slot)).isEqualTo("sound");
    slot.lendBest();
    assertThat(lent(slot)).isEqualTo("sound");

    slot.restore(failing);
    slot.lendBest();
    assertThat(lent(slot)).isEqualTo("failing");
  }

  @Test
  void theOnlyOneIsNotPassedOver() {
    LeasedService<String> slot = new LeasedService<>();
    slot.add(References.ranked(1), "only");

    assertThat(slot.passOver(slot.epochNow(), any -> true)).isFalse();
    assertThat(lent(slot)).isEqualTo("only");
  }

  @Test
  void onceItIsClosedNobodyWaits() throws Exception {
    LeasedService<String> slot = new LeasedService<>();
    CompletableFuture<Throwable> waiting =
        CompletableFuture.supplyAsync(() -> catchThrowable(slot::lease));

    slot.close();

    assertThat(waiting.get()).isInstanceOf(LeasedService.ClosedException.class);
    assertThat(slot.lease(LONG)).isNull();
    slot.add(References.ranked(1), "late");
    assertThat(slot.leaseNow()).isNull();
  }

  @Test
  void aBorrowerWaitsForTheNext() throws Exception {
    LeasedService<String> slot = new LeasedService<>();
    CompletableFuture<String> got =
        CompletableFuture.supplyAsync(
            () -> {
              try (var lease = slot.lease()) {
                return lease.service();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    slot.add(References.ranked(1), "late");

    assertThat(got.get()).isEqualTo("late");
  }

  private static String lent(LeasedService<String> slot) {
    try (var lease = slot.leaseNow()) {
      return lease == null ? "nothing" : lease.service();
    }
  }

  /** Whoever holds a lease holds a service that has not been let go. */
  @RepeatedTest(5)
  void noServiceIsUsedAfterItLeft() throws Exception {
    LeasedService<AtomicBoolean> slot = new LeasedService<>();
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
    var reference = References.ranked(0);
    slot.add(reference, current);
    for (int i = 0; i < 1_000; i++) {
      AtomicBoolean next = new AtomicBoolean();
      var nextReference = References.ranked(i + 1);
      slot.add(nextReference, next);
      if (i % 2 == 0) {
        assertThat(slot.promote(any -> true, LONG, (from, to) -> true)).isTrue();
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
