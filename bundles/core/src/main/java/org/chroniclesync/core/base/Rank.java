// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;

/**
 * The place of a service among those of its kind, as it was when the service came; the greater one
 * is preferred. Services are ordered as by {@link ServiceReference#compareTo}, except that the
 * ranking may be a text: a framework takes such a ranking for 0, and most tools that configure
 * parts write nothing but texts.
 *
 * @param ranking the greater is preferred
 * @param id of the service; among equals, the one that was registered first is preferred
 */
public record Rank(int ranking, long id) implements Comparable<Rank> {
  private static final Comparator<Rank> ORDER =
      Comparator.comparingInt(Rank::ranking)
          .thenComparing(Rank::id, Comparator.<Long>reverseOrder());

  /** Returns the rank of a service. A ranking that is no whole number counts as 0. */
  public static Rank of(ServiceReference<?> reference) {
    Integer ranking = readRanking(reference);
    Object id = reference.getProperty(Constants.SERVICE_ID);
    return new Rank(ranking == null ? 0 : ranking, id instanceof Long number ? number : 0);
  }

  /** Returns the ranking of a service, 0 if it has none; null if it is no whole number. */
  public static @Nullable Integer readRanking(ServiceReference<?> reference) {
    Object ranking = reference.getProperty(Constants.SERVICE_RANKING);
    if (ranking == null) {
      return 0;
    }
    try {
      return Integer.valueOf(ranking.toString().strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  @Override
  public int compareTo(Rank other) {
    return ORDER.compare(this, other);
  }
}
