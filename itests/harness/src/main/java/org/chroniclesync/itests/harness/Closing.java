// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of what a test has started, of which some may not have started. */
public final class Closing {
  private Closing() {}

  /**
   * Closes one after the other, and all of them, whatever one of them throws.
   *
   * @param all in this order; null is passed over
   * @throws Exception the first that was thrown, which has the others
   */
  public static void all(@Nullable AutoCloseable... all) throws Exception {
    all(Arrays.asList(all));
  }

  /**
   * Closes one after the other, and all of them, whatever one of them throws.
   *
   * @param all in this order; null is passed over
   * @throws Exception the first that was thrown, which has the others
   */
  public static void all(List<? extends @Nullable AutoCloseable> all) throws Exception {
    Exception thrown = null;
    for (AutoCloseable each : all) {
      try {
        if (each != null) {
          each.close();
        }
      } catch (Exception e) {
        if (thrown == null) {
          thrown = e;
        } else {
          thrown.addSuppressed(e);
        }
      }
    }
    if (thrown != null) {
      throw thrown;
    }
  }
}
