// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Random numbers that depend on what they are drawn for and on nothing else. Threads may come in
 * any order: the same frame of the same connection meets the same fate.
 */
final class Draws {
  private Draws() {}

  /** Numbers for one occasion; names and numbers say which. */
  static SplittableRandom of(long seed, Object... occasion) {
    // The hashes of strings and numbers are specified, so that a seed means the same everywhere.
    return new SplittableRandom(seed * 0x9E3779B97F4A7C15L + Arrays.hashCode(occasion));
  }
}
