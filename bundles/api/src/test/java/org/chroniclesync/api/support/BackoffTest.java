// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final RandomGenerator LONGEST = () -> Long.MAX_VALUE;

  private static Backoff backoff(long baseMillis, long maxMillis, RandomGenerator random) {
    return new Backoff(Duration.ofMillis(baseMillis), Duration.ofMillis(maxMillis), random);
  }

  @Test
  void theLimitDoublesUpToItsGreatest() {
    for (int seed = 0; seed < 1_000; seed++) {
      Backoff backoff = backoff(100, 1_000, new Random(seed));
      for (long limit : new long[] {100, 200, 400, 800, 1_000, 1_000}) {
        assertThat(backoff.next()).isBetween(Duration.ZERO, Duration.ofMillis(limit));
      }
    }
  }

  @Test
  void theWholeOfTheLimitIsDrawnFrom() {
    Backoff backoff = backoff(10, 10, new Random(1));
    boolean[] drawn = new boolean[11];
    for (int i = 0; i < 1_000; i++) {
      drawn[(int) backoff.next().toMillis()] = true;
    }
    assertThat(drawn).containsOnly(true);
  }

  @Test
  void aTimeThatWasAskedForIsTheLeast() {
    Backoff backoff = backoff(1_000, 1_000, new Random(1));
    for (int i = 0; i < 1_000; i++) {
      assertThat(backoff.next(Duration.ofSeconds(9)))
          .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(10));
    }
  }

  @Test
  void aSuccessBeginsAnew() {
    Backoff backoff = backoff(100, 100_000, new Random(1));
    for (int i = 0; i < 20; i++) {
      backoff.next();
    }
    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(100));
  }

  @Test
  void noLimitIsTooGreatToBeDoubled() {
    Backoff backoff = backoff(Long.MAX_VALUE / 2, Long.MAX_VALUE - 1, LONGEST);
    for (int i = 0; i < 5; i++) {
      assertThat(backoff.next()).isPositive();
    }
  }

  @Test
  void limitsOutOfTheirRangeAreRefused() {
    assertThatThrownBy(() -> backoff(0, 10, LONGEST)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> backoff(11, 10, LONGEST)).isInstanceOf(IllegalArgumentException.class);
  }
}
