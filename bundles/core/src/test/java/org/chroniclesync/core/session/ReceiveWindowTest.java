// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How much a peer may send, over ways of all kinds; the clock is the test's own. */
class ReceiveWindowTest {
  private static final int WINDOW = 1 << 20;
  private static final int MESSAGE = 130_000;
  private static final long MANY_BYTES = 300_000_000;
  private static final long FAST = 25_000_000;
  private static final long SLOW = 125_000;
  private static final long STEP = 1_000_000;

  private final WindowReserve reserve = new WindowReserve();

  /** A message on its way, or waiting to be handled. */
  private record Moving(long at, int bytes) {}

  /**
   * A peer that sends as fast as the way and its credit let it, and a receiver that handles as fast
   * as it can; step by step of a millisecond.
   */
  private final class Way {
    private final long roundTrip;
    private final long bytesASecond;
    private final long handledASecond;
    private final ReceiveWindow window;
    private final Queue<Moving> coming = new ArrayDeque<>();
    private final Queue<Moving> inbox = new ArrayDeque<>();
    private final Queue<long[]> credits = new ArrayDeque<>();
    private long now;
    private long credit = WINDOW;
    private long sent;
    private long received;
    private long handled;
    private long lineFree;
    private long handlerFree;
    private long mostHeld;

    Way(int roundTripMillis, long bytesASecond, long handledASecond, @Nullable Duration known) {
      this.roundTrip = Duration.ofMillis(roundTripMillis).toNanos();
      this.bytesASecond = bytesASecond;
      this.handledASecond = handledASecond;
      this.window =
          new ReceiveWindow(
              WINDOW,
              reserve,
              () -> known,
              () -> now,
              upTo -> credits.add(new long[] {now + roundTrip / 2, upTo}));
    }

    /** Returns how many bytes a second got across. */
    double carry() {
      while (handled < MANY_BYTES) {
        step();
        now += STEP;
      }
      return handled * 1e9 / now;
    }

    private void step() {
      while (!credits.isEmpty() && credits.element()[0] <= now) {
        credit = credits.remove()[1];
      }
      while (sent < credit && lineFree < now + STEP) {
        lineFree = Math.max(now, lineFree) + MESSAGE * 1_000_000_000L / bytesASecond;
        coming.add(new Moving(lineFree + roundTrip / 2, MESSAGE));
        sent += MESSAGE;
      }
      while (!coming.isEmpty() && coming.element().at() <= now) {
        assertThat(window.received(coming.remove().bytes())).isTrue();
        received += MESSAGE;
        handlerFree = Math.max(now, handlerFree) + MESSAGE * 1_000_000_000L / handledASecond;
        inbox.add(new Moving(handlerFree, MESSAGE));
      }
      mostHeld = Math.max(mostHeld, received - handled);
      while (!inbox.isEmpty() && inbox.element().at() <= now) {
        handled += inbox.element().bytes();
        window.handled(inbox.remove().bytes());
      }
    }
  }

  private Way way(int roundTripMillis, long bytesASecond, long handledASecond) {
    return new Way(
        roundTripMillis, bytesASecond, handledASecond, Duration.ofMillis(roundTripMillis));
  }

  @Test
  void aLongWayIsFilled() {
    assertThat(way(200, FAST, 10 * FAST).carry()).isGreaterThan(0.8 * FAST);
    assertThat(way(50, FAST, 10 * FAST).carry()).isGreaterThan(0.9 * FAST);
  }

  /** A way of 50 ms holds 1.25 MB at this rate. */
  @Test
  void theWindowGrowsNoFurtherThanTheWayNeeds() {
    Way way = way(50, FAST, 10 * FAST);
    way.carry();
    assertThat(way.credit - way.handled).isLessThanOrEqualTo(4 * WINDOW);
  }

  /** What the one above would be otherwise. */
  @Test
  void withoutKnowingHowLongTheWayIsTheFirstWindowStays() {
    Way way = new Way(200, FAST, 10 * FAST, null);
    assertThat(way.carry()).isLessThan(1.1 * WINDOW * 1_000 / 200);
  }

  @Test
  void aReceiverThatIsSlowHoldsNoMoreThanTheFirstWindowAndAMessage() {
    Way way = way(20, FAST, FAST / 10);
    assertThat(way.carry()).isGreaterThan(0.9 * FAST / 10);
    assertThat(way.mostHeld).isLessThan(WINDOW + MESSAGE);
  }

  /** What lies on it already would make what is recorded meanwhile wait for longer. */
  @Test
  void aSlowWayGetsNoLongerQueueThoughItsEchoesAreLate() {
    for (Duration echo : new Duration[] {Duration.ofMillis(50), Duration.ofSeconds(9)}) {
      Way way = new Way(50, SLOW, FAST, echo);
      assertThat(way.carry()).isGreaterThan(0.9 * SLOW);
      assertThat(way.credit - way.handled).isLessThanOrEqualTo(WINDOW);
    }
  }

  @Test
  void thereIsAnEndToIt() {
    Way way = way(400, 1_000 * FAST, 1_000 * FAST);
    way.carry();
    assertThat(way.credit - way.handled).isLessThanOrEqualTo(ReceiveWindow.MOST_BYTES);
    assertThat(way.mostHeld).isLessThanOrEqualTo(ReceiveWindow.MOST_BYTES + MESSAGE);
  }

  @Test
  void allSessionsTogetherShareAReserveWhichOnesThatEndGiveBack() {
    Way first = way(200, FAST, 10 * FAST);
    first.carry();
    while (reserve.take(WINDOW)) {
      // The others have it.
    }
    assertThat(way(200, FAST, 10 * FAST).carry()).isLessThan(1.1 * WINDOW * 1_000 / 200);
    first.window.close();
    assertThat(way(200, FAST, 10 * FAST).carry()).isGreaterThan(0.8 * FAST);
  }

  @Test
  void whoBeginsAMessageWithoutCreditHasBrokenTheRules() {
    ReceiveWindow window =
        new ReceiveWindow(WINDOW, reserve, () -> Duration.ofMillis(1), () -> 0, credit -> {});
    assertThat(window.received(WINDOW - 1)).isTrue();
    assertThat(window.received(MESSAGE)).isTrue();
    assertThat(window.received(1)).isFalse();
  }
}
