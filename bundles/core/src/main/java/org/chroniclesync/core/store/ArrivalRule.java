// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.time.Clock;
import java.time.Duration;
import org.chroniclesync.api.history.Entry;

/**
 * Keeps an entry from the future from winning for ever. A version that claims to be made more than
 * a day from now is taken as made at the time of its visit, or at the beginning of time if that is
 * no better. Once the claimed day has come, the version is taken at its word when it arrives again,
 * so nodes that saw it at different times still end equal.
 */
public record ArrivalRule(Clock clock) {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /** Returns the entry as it counts here. */
  public Entry apply(Entry entry) {
    long latest = clock.millis() + DAY_MILLIS;
    if (entry.lastModifiedMillis() <= latest) {
      return entry;
    }
    if (entry.deleted()) {
      // It does not say when the visit was.
      return entry.withLastModified(0);
    }
    long visited = (long) Math.floor(entry.visitTimeMillis());
    return entry.withLastModified(visited <= latest ? visited : 0);
  }
}
