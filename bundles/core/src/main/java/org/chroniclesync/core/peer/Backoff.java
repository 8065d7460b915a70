// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.peer;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: two nodes that lost each other at the same moment do not
 * come back at the same moment. For one thread.
 */
final class Backoff {
  private static final int MAX_DOUBLINGS = 20;

  private final Duration base;
  private final Duration max;
  private final RandomGenerator random;
  private int attempts;

  Backoff(Duration base, Duration max, RandomGenerator random) {
    this.base = base;
    this.max = max;
    this.random = random;
  }

  Duration next() {
    long ceiling = Math.min(max.toMillis(), base.toMillis() << Math.min(attempts, MAX_DOUBLINGS));
    attempts++;
    return Duration.ofMillis(random.nextLong(ceiling + 1));
  }

  void reset() {
    attempts = 0;
  }
}
