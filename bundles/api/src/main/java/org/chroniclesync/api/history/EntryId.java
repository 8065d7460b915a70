// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.history;

import java.util.Comparator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The identity of an entry. A visit id alone is not one: it is a browser's row number, and two
 * devices have the same ones.
 *
 * @param device who recorded the visit
 * @param visitId the visit's name on that device, 1 to {@value Bounds#MAX_ID_CHARS} characters
 */
@ProviderType
public record EntryId(DeviceId device, String visitId) implements Comparable<EntryId> {
  private static final Comparator<EntryId> ORDER =
      Comparator.comparing(EntryId::device).thenComparing(EntryId::visitId);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if the visit id is outside them
   */
  public EntryId {
    Bounds.id("visit id", visitId);
  }

  @Override
  public int compareTo(EntryId other) {
    return ORDER.compare(this, other);
  }
}
