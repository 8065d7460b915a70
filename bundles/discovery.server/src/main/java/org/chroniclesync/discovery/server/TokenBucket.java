// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

/** Lets through a burst, then so many a second. Confined to the thread of its connection. */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final int perSecond;
  private final int burst;
  private double tokens;
  private long filledNanos;

  TokenBucket(int perSecond, int burst, long nowNanos) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.filledNanos = nowNanos;
  }

  boolean take(long nowNanos) {
    double earned = (nowNanos - filledNanos) / NANOS_PER_SECOND * perSecond;
    tokens = Math.min(burst, tokens + earned);
    filledNanos = nowNanos;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }
}
