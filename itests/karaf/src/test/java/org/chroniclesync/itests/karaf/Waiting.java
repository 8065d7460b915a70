// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.karaf;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for conditions. */
final class Waiting {
  private static final long POLL_MILLIS = 50;

  private Waiting() {}

  /**
   * Waits until something is so.
   *
   * @param more what else to say if it is in vain
   */
  static void until(Duration patience, String what, Callable<Boolean> condition, Callable<?> more)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("in vain waited for: " + what + "; " + more.call());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }
}
