// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.chroniclesync.api.history.Bounds;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A stretch of time to read.
 *
 * @param fromMillis the earliest visit time that belongs to it, milliseconds since 1970
 * @param untilMillis the first visit time that no longer belongs to it
 * @param order which end comes first
 */
@ProviderType
public record Window(double fromMillis, double untilMillis, Order order) {
  /** Which end of the window comes first. */
  @ProviderType
  public enum Order {
    /** Newest visit first. */
    NEWEST_FIRST,
    /** Oldest visit first. */
    OLDEST_FIRST
  }

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if a bound is not finite
   */
  public Window {
    Bounds.finite("from", fromMillis);
    Bounds.finite("until", untilMillis);
  }

  /**
   * Returns the window that holds every visit.
   *
   * @param order which end comes first
   * @return a window without bounds that matter
   */
  public static Window all(Order order) {
    return new Window(-Double.MAX_VALUE, Double.MAX_VALUE, order);
  }
}
