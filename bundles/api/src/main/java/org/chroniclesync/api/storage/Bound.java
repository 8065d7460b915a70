// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import java.util.Comparator;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A place in the order of all visits: by visit time, then by id, whose texts compare by UTF-16 code
 * unit. A negative zero is the same time as zero.
 *
 * @param visitTimeMillis milliseconds since 1970; infinite before and after all visits
 * @param id at this id, or null for the place before all visits of that time; null if the time is
 *     infinite
 */
@ProviderType
public record Bound(double visitTimeMillis, @Nullable EntryId id) implements Comparable<Bound> {
  /** Before all visits. */
  public static final Bound START = new Bound(Double.NEGATIVE_INFINITY, null);

  /** After all visits. */
  public static final Bound END = new Bound(Double.POSITIVE_INFINITY, null);

  private static final Comparator<Bound> ORDER =
      Comparator.comparingDouble(Bound::visitTimeMillis)
          .thenComparing(Bound::id, Comparator.nullsFirst(Comparator.naturalOrder()));

  /**
   * Checks the time.
   *
   * @throws IllegalArgumentException if the time is no number, or infinite with an id
   */
  public Bound {
    if (Double.isNaN(visitTimeMillis)) {
      throw new IllegalArgumentException("the time of a bound is not a number");
    }
    if (id != null && Double.isInfinite(visitTimeMillis)) {
      throw new IllegalArgumentException("a bound with an id has an infinite time");
    }
    // Makes a negative zero zero.
    visitTimeMillis += 0.0;
  }

  /**
   * Returns where an entry stands.
   *
   * @param entry the entry
   * @return its own place: a range from there holds it, a range until there does not
   */
  public static Bound of(Entry entry) {
    return new Bound(entry.visitTimeMillis(), entry.id());
  }

  /**
   * Returns a place that parts two neighbours, without an id where the times alone do.
   *
   * @param left a place
   * @param right a later one
   * @return a place after the left and not after the right one
   */
  public static Bound between(Bound left, Bound right) {
    return left.visitTimeMillis < right.visitTimeMillis
        ? new Bound(right.visitTimeMillis, null)
        : right;
  }

  @Override
  public int compareTo(Bound other) {
    return ORDER.compare(this, other);
  }
}
