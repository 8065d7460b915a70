// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a failure: anything between nothing and a limit that doubles, so that all
 * the clients of a service that restarts do not come back in the same moment. Not thread-safe.
 */
final class Backoff {
  private final long baseMillis;
  private final long maxMillis;
  private final RandomGenerator random;
  private long limitMillis;

  Backoff(Duration base, Duration max, RandomGenerator random) {
    this.baseMillis = base.toMillis();
    this.maxMillis = max.toMillis();
    this.random = random;
    this.limitMillis = baseMillis;
  }

  /** The next wait, at least as long as the service asked for. */
  Duration next(Duration asked) {
    long limit = Math.min(limitMillis, maxMillis);
    limitMillis = Math.min(limitMillis * 2, maxMillis);
    long jitter = random.nextLong(limit + 1);
    return asked.isZero() ? Duration.ofMillis(jitter) : asked.plusMillis(jitter);
  }

  void reset() {
    limitMillis = baseMillis;
  }
}
