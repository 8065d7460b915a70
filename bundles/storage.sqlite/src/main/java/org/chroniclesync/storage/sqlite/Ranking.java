// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.chroniclesync.api.storage.Rank;

/**
 * How pages stand for one question, the best first: a few numbers for each.
 *
 * @param ranks in order
 * @param cut whether more would follow
 */
record Ranking(List<Rank> ranks, boolean cut) {
  /** About 12 MB. */
  static final int MOST = 250_000;

  /** Takes ranks in any order and keeps the best. */
  static final class Gathering {
    private final int most;
    private final PriorityQueue<Rank> worstFirst = new PriorityQueue<>(Comparator.reverseOrder());
    private boolean cut;

    Gathering(int most) {
      this.most = most;
    }

    void add(Rank rank) {
      worstFirst.add(rank);
      if (worstFirst.size() > most) {
        worstFirst.remove();
        cut = true;
      }
    }

    Ranking ranking() {
      return new Ranking(worstFirst.stream().sorted().toList(), cut);
    }
  }

  /** Returns where those begin that come after a rank. */
  int after(Rank last) {
    int found = Collections.binarySearch(ranks, last);
    return found < 0 ? -found - 1 : found + 1;
  }

  /** Tells whether it knows what comes after a rank. */
  boolean leadsOn(Rank last) {
    return after(last) < ranks.size() || !cut;
  }
}
