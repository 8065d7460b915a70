// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

/**
 * Time cut into buckets, each of which holds {@value #FANOUT} of the level below. The numbers are
 * in the file: they never change.
 *
 * <p>A leaf is about 17 minutes long, so that few visits of a person share one. The first and the
 * last leaf, some 280 years from 1970, hold whatever is beyond.
 */
final class TimeTree {
  /** The level whose buckets are few enough to be read all. */
  static final int TOP = 4;

  static final long FIRST_LEAF = -(1L << 23);
  static final long LAST_LEAF = (1L << 23) - 1;

  static final long FIRST_TOP = -1;
  static final long LAST_TOP = 0;

  private static final int FANOUT_BITS = 6;
  private static final int FANOUT = 1 << FANOUT_BITS;
  private static final double LEAF_MILLIS = 1 << 20;

  private TimeTree() {}

  /** Returns the leaf of a time, also of an infinite one. */
  static long leaf(double visitTimeMillis) {
    // To whole milliseconds first: a time just before 1970 divided would be zero.
    double leaf = Math.floor(Math.floor(visitTimeMillis) / LEAF_MILLIS);
    return (long) Math.max(FIRST_LEAF, Math.min(LAST_LEAF, leaf));
  }

  /** Returns the first time of a leaf; behind the last leaf everything is over. */
  static double start(long leaf) {
    if (leaf <= FIRST_LEAF) {
      return Double.NEGATIVE_INFINITY;
    }
    return leaf > LAST_LEAF ? Double.POSITIVE_INFINITY : leaf * LEAF_MILLIS;
  }

  /** Returns the bucket of the level above that holds this one. */
  static long parent(long bucket) {
    return bucket >> FANOUT_BITS;
  }

  /** Returns the first bucket of the level below. */
  static long firstChild(long bucket) {
    return bucket << FANOUT_BITS;
  }

  /** Returns the first bucket that is not before this one and the first of its parent. */
  static long roundUp(long bucket) {
    return firstChild(parent(bucket + FANOUT - 1));
  }

  /** Returns the last bucket that is not behind this one and the first of its parent. */
  static long roundDown(long bucket) {
    return firstChild(parent(bucket));
  }
}
