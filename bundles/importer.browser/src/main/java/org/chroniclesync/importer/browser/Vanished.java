// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.support.browsers.Standing;
import org.chroniclesync.support.browsers.VisitTable;

/**
 * The visits that stand in the history and are not in the browser any more, although it keeps
 * visits of their age and older ones: a person deleted them there. What the browser itself drops
 * for its age is older than all that it keeps.
 *
 * @param visits those that vanished
 * @param there how many visits of that time the browser still has
 * @param selection among which the visits are
 */
record Vanished(Set<EntryId> visits, int there, Selection selection) {
  /** So many are not held against each other at once; only the newest are then. */
  static final int MOST = 200_000;

  /** Up to so many may vanish at once whatever their share is. */
  static final int FEW = 20;

  /** No more than the part of this number may vanish at once before the person is asked. */
  static final int SHARE = 4;

  private static final int STEP = 1_000;
  private static final long DAY_MILLIS = 86_400_000;

  /**
   * A person who undoes a deletion makes a version that is at least a minute later than the visit;
   * a title that comes later makes one by milliseconds. What was brought back stays.
   */
  private static final long BROUGHT_BACK_MILLIS = 30_000;

  /** Compares. A visit before the moment that was named by a person is not looked at. */
  static Vanished find(
      History history, VisitTable table, DeviceId device, int keepsDays, long from, long now)
      throws StorageException, SQLException, InterruptedException {
    double begin = Math.max(from, now - keepsDays * DAY_MILLIS);
    double until = now + DAY_MILLIS;
    double first = Double.MAX_VALUE;
    int there = 0;
    List<Entry> gone = new ArrayList<>();
    double next = begin;
    boolean more = true;
    while (more && there + gone.size() < MOST) {
      double at = next;
      List<Entry> some = history.borrow(store -> some(store, device, at, until));
      for (Entry entry : some) {
        VisitName name = VisitName.parse(entry.visitId());
        if (name == null || !name.isOf(device)) {
          continue;
        }
        if (table.holdsAt(name.row(), name.micros())) {
          there++;
          first = Math.min(first, entry.visitTimeMillis());
        } else if (entry.lastModifiedMillis() - Standing.millis(entry) < BROUGHT_BACK_MILLIS) {
          gone.add(entry);
        }
      }
      more = some.size() >= STEP;
      next = more ? Math.nextUp(some.get(some.size() - 1).visitTimeMillis()) : next;
    }
    Set<EntryId> visits = new HashSet<>();
    for (Entry entry : gone) {
      if (there == 0 || entry.visitTimeMillis() > first) {
        visits.add(entry.id());
      }
    }
    return new Vanished(visits, there, Selection.ALL.ofDevice(device).between(begin, until));
  }

  /** Reads whole moments, so that the next step begins with another one. */
  private static List<Entry> some(HistoryStore store, DeviceId device, double from, double until)
      throws StorageException {
    List<Entry> some = new ArrayList<>();
    try (Cursor<Entry> cursor = store.select(Selection.ALL.ofDevice(device).between(from, until))) {
      double last = from;
      for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
        if (some.size() >= STEP && entry.visitTimeMillis() > last) {
          break;
        }
        if (entry.device().id().equals(device)) {
          some.add(entry);
          last = entry.visitTimeMillis();
        }
      }
    }
    return some;
  }

  /** Tells whether a person could have deleted so many in the browser without being asked here. */
  boolean isModest() {
    return visits.size() <= FEW ? there > 0 : visits.size() <= (visits.size() + there) / SHARE;
  }
}
