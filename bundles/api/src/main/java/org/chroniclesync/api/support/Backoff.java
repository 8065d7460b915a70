// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.support;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Exponential back-off with full jitter: each wait is drawn between nothing and a limit that
 * doubles with each failure. So those who lost each other, or a service, at the same moment do not
 * come back at the same moment. Not thread-safe; nothing blocks.
 */
@ProviderType
public final class Backoff {
  private final long baseMillis;
  private final long maxMillis;
  private final RandomGenerator random;
  private long limitMillis;

  /**
   * Makes a back-off that has seen no failure.
   *
   * @param base the limit of the first wait, at least a millisecond
   * @param max the limit of every wait; not less than {@code base}
   * @param random where the waits are drawn from
   * @throws IllegalArgumentException if a limit is out of its range
   */
  public Backoff(Duration base, Duration max, RandomGenerator random) {
    this.baseMillis = base.toMillis();
    this.maxMillis = max.toMillis();
    if (baseMillis < 1 || maxMillis < baseMillis) {
      throw new IllegalArgumentException("a back-off from " + base + " to " + max);
    }
    this.random = random;
    this.limitMillis = baseMillis;
  }

  /**
   * Returns how long to wait after one more failure.
   *
   * @return anything from nothing to the limit, in whole milliseconds
   */
  public Duration next() {
    long limit = limitMillis;
    limitMillis = limit > maxMillis / 2 ? maxMillis : limit * 2;
    return Duration.ofMillis(random.nextLong(limit + 1));
  }

  /**
   * Returns how long to wait after one more failure, if a time to wait was asked for. What is drawn
   * comes on top: all who were turned away in one moment were given the same time.
   *
   * @param asked the least wait; zero if none was asked for
   * @return anything from {@code asked} to {@code asked} and the limit
   */
  public Duration next(Duration asked) {
    return asked.plus(next());
  }

  /** Begins anew after a success. */
  public void reset() {
    limitMillis = baseMillis;
  }
}
