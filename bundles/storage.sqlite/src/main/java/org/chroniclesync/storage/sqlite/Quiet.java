// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.concurrent.TimeUnit;

/**
 * How long the index rests after a merge. Between two steps of a large deletion or of a first sync
 * it would be in their way: the more so the slower the machine is, so the rest is as long as the
 * steps are apart.
 *
 * @param manyNanos when many were merged last
 * @param millis how long it rests
 */
record Quiet(long manyNanos, long millis) {
  /** Longer than a large merge takes, so that there is none between two of a first sync. */
  static final long LEAST_MILLIS = 300;

  /** Nobody's visits wait longer than this to be indexed because others come. */
  static final long MOST_MILLIS = 10_000;

  /** So many seldom come alone. */
  static final int MANY = 500;

  static Quiet since(long nanos) {
    return new Quiet(nanos - TimeUnit.MILLISECONDS.toNanos(2 * MOST_MILLIS), LEAST_MILLIS);
  }

  /** Returns how long it rests after visits were merged. */
  Quiet after(int visits, long nanos) {
    long apart = TimeUnit.NANOSECONDS.toMillis(nanos - manyNanos);
    boolean alone = apart > MOST_MILLIS;
    if (visits < MANY) {
      return alone ? new Quiet(manyNanos, LEAST_MILLIS) : this;
    }
    long rest = Math.max(LEAST_MILLIS, Math.min(3 * apart, MOST_MILLIS));
    return new Quiet(nanos, alone ? LEAST_MILLIS : rest);
  }
}
