// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.testkits.history.SyntheticHistory;

/** The synthetic history of a seed, moved so that its last visit is now. For one thread. */
final class RecentHistory {
  private static final int DEVICES = 3;

  private final SyntheticHistory history;
  private final double shiftMillis;
  private int left;

  RecentHistory(long seed, int visits) {
    SyntheticHistory once = new SyntheticHistory(seed, DEVICES);
    double last = 0;
    for (int i = 0; i < visits; i++) {
      last = once.next().visitTimeMillis();
    }
    shiftMillis = System.currentTimeMillis() - last;
    history = new SyntheticHistory(seed, DEVICES);
    left = visits;
  }

  /** Returns as many as this, or what is left. */
  List<Entry> next(int count) {
    List<Entry> some = history.next(Math.min(count, left));
    left -= some.size();
    return some.stream().map(this::moved).toList();
  }

  private Entry moved(Entry entry) {
    double time = entry.visitTimeMillis() + shiftMillis;
    return new Entry(
        entry.device(),
        entry.visitId(),
        entry.url(),
        entry.title(),
        time,
        entry.referringVisitId(),
        entry.transition(),
        (long) time,
        entry.deleted(),
        entry.page(),
        entry.unknown());
  }
}
