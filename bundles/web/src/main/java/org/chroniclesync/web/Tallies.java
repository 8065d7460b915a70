// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.sync.History;

/**
 * Counts of months, which are counted again when the fingerprint of their visits has changed: by a
 * visit that came, or one that was deleted. Safe for any thread.
 */
final class Tallies {
  /** Of these, some years are kept: a month takes some dozen kilobytes. */
  static final int MAX_MONTHS = 60;

  private final Map<YearMonth, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<YearMonth, Known> eldest) {
          return size() > MAX_MONTHS;
        }
      };

  private record Known(FeedId feed, Object state, Tally tally) {}

  /** Counts the months from one to another, both included. */
  List<Tally> months(History history, YearMonth from, YearMonth to)
      throws StorageException, InterruptedException {
    List<Tally> months = new ArrayList<>();
    for (YearMonth month = from; !month.isAfter(to); month = month.plusMonths(1)) {
      YearMonth wanted = month;
      months.add(month(history, wanted));
    }
    return months;
  }

  /** Takes turns with others who count: whoever needs few months does not wait for many. */
  private synchronized Tally month(History history, YearMonth month)
      throws StorageException, InterruptedException {
    return history.borrow(store -> month(store, month));
  }

  private Tally month(HistoryStore store, YearMonth month) throws StorageException {
    FeedId feed = store.state().feed();
    Object state = state(store, month);
    Known before = known.get(month);
    if (before != null && before.feed().equals(feed) && before.state().equals(state)) {
      return before.tally();
    }
    Tally tally = Tally.read(store, month);
    // What changed while it was read is counted next time.
    known.put(month, new Known(feed, state, tally));
    return tally;
  }

  /** What is another one once anything of the month has changed. */
  private static Object state(HistoryStore store, YearMonth month) throws StorageException {
    if (store instanceof SummingStore summing) {
      return summing.fingerprint(
          new Range(
              new Bound(Tally.beginMillis(month), null),
              new Bound(Tally.beginMillis(month.plusMonths(1)), null)));
    }
    return store.state().head();
  }
}
