// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.sync.History;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts of months, which are counted again when the fingerprint of their visits has changed: by a
 * visit that came, or one that was deleted. Where a month has many, whoever asks gets what was
 * counted last, and it is counted again in the background, which rests longer than it works: visits
 * may come all the time, and many may ask. Safe for any thread.
 */
final class Tallies implements AutoCloseable {
  /** Of these, some years are kept: a month takes some dozen kilobytes. */
  static final int MAX_MONTHS = 60;

  /** With more visits, nobody waits until a month is counted again. */
  static final int MANY = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(Tallies.class);

  private final Map<YearMonth, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<YearMonth, Known> eldest) {
          return size() > MAX_MONTHS;
        }
      };

  /** Those to be counted again, the first asked for first, in whose history. */
  private final Map<YearMonth, History> waiting = new LinkedHashMap<>();

  private final LongReads turns;
  private final Later background;

  /** A state of a month in a store. */
  private record Stamp(FeedId feed, Object state) {}

  /**
   * A month that was counted.
   *
   * @param tombstones of the whole store, then
   */
  private record Known(Stamp stamp, long tombstones, Tally tally) {
    /** Tells whether it may be shown a little longer. What was deleted is never shown again. */
    boolean mayStay(StoreState now) {
      return tally.visits() >= MANY
          && stamp.feed().equals(now.feed())
          && tombstones == now.tombstones();
    }
  }

  /**
   * What was counted.
   *
   * @param months the oldest first
   * @param current false if visits came since, which are being counted
   */
  record Counted(List<Tally> months, boolean current) {}

  private record Month(Tally tally, boolean current) {}

  Tallies(LongReads turns, ThreadFactory factory) {
    this.turns = turns;
    background = new Later(factory, this::countNext);
  }

  /** Counts the months from one to another, both included. */
  Counted months(History history, YearMonth from, YearMonth to)
      throws StorageException, InterruptedException {
    List<Tally> months = new ArrayList<>();
    boolean current = true;
    for (YearMonth month = from; !month.isAfter(to); month = month.plusMonths(1)) {
      Month counted = month(history, month);
      months.add(counted.tally());
      current &= counted.current();
    }
    return new Counted(months, current);
  }

  private Month month(History history, YearMonth month)
      throws StorageException, InterruptedException {
    Known before = known(month);
    if (before == null) {
      return new Month(count(history, month), true);
    }
    Fresh fresh = history.borrow(store -> fresh(store, month, before));
    if (fresh == Fresh.STALE) {
      return new Month(count(history, month), true);
    }
    if (fresh == Fresh.MAY_STAY) {
      countAgain(history, month);
    }
    return new Month(before.tally(), fresh == Fresh.CURRENT);
  }

  private enum Fresh {
    CURRENT,
    MAY_STAY,
    STALE
  }

  private static Fresh fresh(HistoryStore store, YearMonth month, Known known)
      throws StorageException {
    if (known.stamp().equals(stamp(store, month))) {
      return Fresh.CURRENT;
    }
    return known.mayStay(store.state()) ? Fresh.MAY_STAY : Fresh.STALE;
  }

  private @Nullable Known known(YearMonth month) {
    synchronized (known) {
      return known.get(month);
    }
  }

  /** Takes turns with others who count: whoever needs few months does not wait for many. */
  private Tally count(History history, YearMonth month)
      throws StorageException, InterruptedException {
    return turns.read(LongReads.Length.MONTH, () -> history.borrow(store -> count(store, month)));
  }

  private Tally count(HistoryStore store, YearMonth month) throws StorageException {
    Stamp now = stamp(store, month);
    Known before = known(month);
    if (before != null && before.stamp().equals(now)) {
      return before.tally();
    }
    // What changes while it is read is counted next time.
    long tombstones = store.state().tombstones();
    Tally tally = Tally.read(store, month);
    synchronized (known) {
      known.put(month, new Known(now, tombstones, tally));
    }
    return tally;
  }

  private void countAgain(History history, YearMonth month) {
    synchronized (waiting) {
      waiting.put(month, history);
    }
    background.wake();
  }

  private void countNext() {
    Map.Entry<YearMonth, History> next = next();
    if (next == null) {
      return;
    }
    try {
      count(next.getValue(), next.getKey());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException | RuntimeException | Error e) { // whoever asks again is told why
      LOG.debug("a month could not be counted again", e);
    }
    background.wake();
  }

  private Map.@Nullable Entry<YearMonth, History> next() {
    synchronized (waiting) {
      Iterator<Map.Entry<YearMonth, History>> months = waiting.entrySet().iterator();
      if (!months.hasNext()) {
        return null;
      }
      Map.Entry<YearMonth, History> next = Map.Entry.copyOf(months.next());
      months.remove();
      return next;
    }
  }

  /** What is another one once anything of the month has changed. */
  private static Stamp stamp(HistoryStore store, YearMonth month) throws StorageException {
    FeedId feed = store.state().feed();
    if (store instanceof SummingStore summing) {
      Range range =
          new Range(
              new Bound(Tally.beginMillis(month), null),
              new Bound(Tally.beginMillis(month.plusMonths(1)), null));
      return new Stamp(feed, summing.fingerprint(range));
    }
    return new Stamp(feed, store.state().head());
  }

  @Override
  public void close() {
    background.close();
  }
}
