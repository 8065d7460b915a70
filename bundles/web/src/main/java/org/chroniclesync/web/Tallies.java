// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
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

  /** How many times as long as it counted the background rests. */
  private static final int REST = 9;

  private final Map<YearMonth, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<YearMonth, Known> eldest) {
          return size() > MAX_MONTHS;
        }
      };

  /** Those to be counted again, the first asked for first. Also the lock of what works. */
  private final Set<YearMonth> waiting = new LinkedHashSet<>();

  private final Object counting = new Object();
  private final ScheduledExecutorService background;
  private boolean works;

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

  Tallies(ThreadFactory factory) {
    background = Executors.newSingleThreadScheduledExecutor(factory);
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
    synchronized (counting) {
      return history.borrow(store -> count(store, month));
    }
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
      waiting.add(month);
      if (!works) {
        works = true;
        later(history, 0);
      }
    }
  }

  private void later(History history, long nanos) {
    try {
      background.schedule(() -> countNext(history), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      works = false; // the page is being closed
    }
  }

  private void countNext(History history) {
    long began = System.nanoTime();
    try {
      count(history, next());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException | RuntimeException | Error e) { // whoever asks again is told why
      LOG.debug("a month could not be counted again", e);
    }
    synchronized (waiting) {
      works = !waiting.isEmpty();
      if (works) {
        later(history, REST * (System.nanoTime() - began));
      }
    }
  }

  private YearMonth next() {
    synchronized (waiting) {
      Iterator<YearMonth> months = waiting.iterator();
      YearMonth next = months.next();
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
    background.shutdownNow();
  }
}
