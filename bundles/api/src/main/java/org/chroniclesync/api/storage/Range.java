// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.chroniclesync.api.history.Entry;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A stretch of the order of all visits.
 *
 * @param from the first place that belongs to it
 * @param until the first place that no longer belongs to it; not before {@code from}
 */
@ProviderType
public record Range(Bound from, Bound until) {
  /** Holds every visit. */
  public static final Range ALL = new Range(Bound.START, Bound.END);

  /**
   * Checks the order of the bounds.
   *
   * @throws IllegalArgumentException if it ends before it begins
   */
  public Range {
    if (from.compareTo(until) > 0) {
      throw new IllegalArgumentException("a range ends before it begins");
    }
  }

  /**
   * Tells whether a place belongs to it.
   *
   * @param place the place
   * @return true if it does
   */
  public boolean contains(Bound place) {
    return from.compareTo(place) <= 0 && place.compareTo(until) < 0;
  }

  /**
   * Tells whether an entry belongs to it.
   *
   * @param entry the entry
   * @return true if it does
   */
  public boolean contains(Entry entry) {
    return contains(Bound.of(entry));
  }
}
