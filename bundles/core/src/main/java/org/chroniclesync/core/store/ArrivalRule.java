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
 *
 * <p>A deletion counts at once, since the clock that is wrong may be ours: it is taken as made less
 * than a day from now. That gives its sender nothing, who could have dated it so.
 */
public record ArrivalRule(Clock clock) {
  private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

  /**
   * A deletion that arrives again, as in each comparison, is not another one each time: it gets a
   * time that stands for so long.
   */
  private static final long STEP_MILLIS = Duration.ofHours(12).toMillis();

  /** As far ahead as who deletes dates at most, so that the deletion wins here, too. */
  private static final long AHEAD_MILLIS = Duration.ofHours(23).toMillis();

  /** Returns the entry as it counts here. */
  public Entry apply(Entry entry) {
    long now = clock.millis();
    long latest = now + DAY_MILLIS;
    if (entry.lastModifiedMillis() <= latest) {
      return entry;
    }
    if (entry.deleted()) {
      return entry.withLastModified(now - Math.floorMod(now, STEP_MILLIS) + AHEAD_MILLIS);
    }
    long visited = (long) Math.floor(entry.visitTimeMillis());
    return entry.withLastModified(visited <= latest ? visited : 0);
  }
}
