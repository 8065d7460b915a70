// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.browsers;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;

/**
 * Recognises visits that stand in the history under the name of another device: of the profile that
 * this one is a copy of, was moved from or was refreshed from, or that another device passed on.
 * For one thread.
 */
public final class Copies {
  /** As many visits to the same pages in the same microseconds are not chance. */
  public static final int SURE = 3;

  private final DeviceId own;
  private final Set<DeviceId> originals = new HashSet<>();

  /** Makes one for the visits of a device. */
  public Copies(DeviceId own) {
    this.own = own;
  }

  public boolean isOf(DeviceId device) {
    return own.equals(device);
  }

  /**
   * Looks of which devices the profile is a copy.
   *
   * @param first true for the first visits of a profile; if it has only few, it is a copy if most
   *     of the other device's visits of that time are here, too
   */
  public void learn(Collection<Entry> visits, Standing standing, boolean first) {
    Map<DeviceId, Integer> shared = new HashMap<>();
    for (Entry visit : visits) {
      for (Entry other : standing.at(Standing.Sought.of(visit))) {
        if (Sameness.of(other, visit) == Sameness.Degree.EXACT) {
          shared.merge(other.device().id(), 1, Integer::sum);
        }
      }
    }
    shared.forEach(
        (device, count) -> {
          if (areCopies(count, standing.of(device), visits.size(), first)) {
            originals.add(device);
          }
        });
  }

  /**
   * Tells whether visits that two profiles share make one a copy of the other.
   *
   * @param shared how many there are
   * @param theirs how many visits the other has in that time
   * @param ours how many this one has
   */
  public static boolean areCopies(int shared, int theirs, int ours, boolean first) {
    return shared >= SURE || (first && 2 * shared > Math.min(theirs, ours));
  }

  /** Tells whether a visit that does not stand under its own name stands under another one. */
  public boolean contain(Entry visit, Visit.Origin origin, Standing standing) {
    for (Entry other : standing.at(Standing.Sought.of(visit))) {
      if (isSame(other, visit, origin)) {
        return true;
      }
    }
    return false;
  }

  private boolean isSame(Entry other, Entry visit, Visit.Origin origin) {
    DeviceId device = other.device().id();
    return switch (Sameness.of(other, visit)) {
      case EXACT -> device.equals(own) || originals.contains(device);
      case CUT -> !device.equals(own);
      // Taken over from another browser, with its times.
      case OTHER ->
          origin == Visit.Origin.OTHER_BROWSER
              && other.visitTimeMillis() == visit.visitTimeMillis();
    };
  }
}
