// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Says which of two versions of one visit stands: the greater. It is a total order over all that an
 * entry holds, so that every node ends with the same version, in whatever order they arrive.
 *
 * <ol>
 *   <li>The later {@code lastModified} wins.
 *   <li>At the same time a tombstone wins: what a person deleted must not come back.
 *   <li>Else the greater content wins. Which one that is has no meaning, only the same answer
 *       everywhere: visit time, then the texts by UTF-16 code unit.
 * </ol>
 *
 * Stateless, hence safe for any thread.
 */
@ProviderType
public final class Precedence implements Comparator<Entry> {
  /** The only instance anyone needs. */
  public static final Precedence ORDER = new Precedence();

  private static final Comparator<Device> DEVICE =
      Comparator.comparing(Device::id)
          .thenComparing(Device::platform)
          .thenComparing(Device::userAgent)
          .thenComparing(Device::browserName)
          .thenComparing(Device::browserVersion);

  private static final Comparator<@Nullable PageSummary> PAGE =
      Comparator.nullsFirst(
          Comparator.comparing(PageSummary::summary)
              .thenComparingDouble(PageSummary::extractedAtMillis));

  private static final Comparator<Entry> VERSION =
      Comparator.comparingLong(Entry::lastModifiedMillis)
          .thenComparing(Entry::deleted)
          .thenComparingDouble(Entry::visitTimeMillis)
          .thenComparing(Entry::url)
          .thenComparing(Entry::title)
          .thenComparing(Entry::referringVisitId)
          .thenComparing(Entry::transition)
          .thenComparing(entry -> entry.unknown().json())
          .thenComparing(Entry::visitId)
          .thenComparing(Entry::device, DEVICE);

  private Precedence() {}

  @Override
  public int compare(Entry left, Entry right) {
    int version = VERSION.compare(left, right);
    return version != 0 ? version : PAGE.compare(left.page(), right.page());
  }

  /**
   * Tells whether an arriving version replaces the one that is held.
   *
   * @param arriving the version that came
   * @param held the version that is there
   * @return true if the arriving one is greater; false if they are equal
   */
  public boolean replaces(Entry arriving, Entry held) {
    return compare(arriving, held) > 0;
  }
}
