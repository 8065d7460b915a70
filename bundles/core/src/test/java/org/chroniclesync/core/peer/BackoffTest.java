// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void backOffGrowsToItsLimitAndNoFurther() {
    Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(1_000), new Random(1));
    long longest = 0;
    for (int i = 0; i < 10_000; i++) {
      long next = backoff.next().toMillis();
      assertThat(next).isBetween(0L, 1_000L);
      longest = Math.max(longest, next);
    }
    assertThat(longest).isGreaterThan(900);

    backoff.reset();
    assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofMillis(10));
  }
}
