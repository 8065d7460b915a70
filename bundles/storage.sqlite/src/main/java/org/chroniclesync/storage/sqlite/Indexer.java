// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.sync.Part;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the full-text index behind the merges, on a thread of its own. It steps aside while merges
 * come, for it is several times slower than they are, unless it has fallen far behind: a search
 * reads what is not indexed yet row by row.
 */
final class Indexer implements AutoCloseable {
  /**
   * How far the index may fall behind before it takes turns with the merges, which then go at less
   * than half their speed. That is a whole first sync; a search in the midst of it takes seconds.
   */
  static final long MAX_BEHIND = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(Indexer.class);

  private static final String COLUMNS =
      "SELECT position, device, visit_time, url, title, summary, transition FROM entry WHERE"
          + " deleted = 0 AND position ";
  private static final String NEW = COLUMNS + "> ? ORDER BY position LIMIT ?";
  private static final String OLDER = COLUMNS + "<= ? ORDER BY position DESC LIMIT ?";

  private static final long NONE = -1;

  /** So few that closing, and a merge where it takes turns, waits for tens of milliseconds. */
  static final int STEP_ROWS = 1_000;

  /** Texts take longer than visits. */
  private static final int STEP_TEXTS = 500;

  private static final int YIELD_ROWS = 50;

  private static final long RETRY_MILLIS = 5_000;

  private final Writer writer;
  private final Gate gate;
  private final Thread thread = DaemonThreads.make("chroniclesync-sqlite-index", this::run);
  private final Settling settling = new Settling();
  private final Purging purging = new Purging();
  private long lastMergeNanos = System.nanoTime();
  private Quiet quiet = Quiet.since(lastMergeNanos);
  private volatile Index.Queue queue = new Index.Queue(0, 0);
  private boolean work = true;

  /** Counts the merges, since one may come between a step and what is concluded from it. */
  private long wakes;

  private boolean paused;
  private boolean closed;
  private boolean failing;

  Indexer(Writer writer, Gate gate) {
    this.writer = writer;
    this.gate = gate;
  }

  void start() {
    thread.start();
  }

  /** So many visits were merged. */
  synchronized void wake(int visits) {
    lastMergeNanos = System.nanoTime();
    quiet = quiet.after(visits, lastMergeNanos);
    work = true;
    wakes++;
    notifyAll();
  }

  private synchronized long wakes() {
    return wakes;
  }

  synchronized void pause(boolean pause) {
    paused = pause;
    notifyAll();
  }

  private void run() {
    try {
      while (awaitWork()) {
        step();
      }
    } catch (InterruptedException e) {
      LOG.debug("The index thread was interrupted and ends.");
    }
  }

  private synchronized boolean awaitWork() throws InterruptedException {
    while (!closed) {
      long restedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastMergeNanos);
      if (paused || !work) {
        wait();
      } else if (failing) {
        failing = false;
        wait(RETRY_MILLIS);
      } else if (restedMillis < quiet.millis() && behind() < MAX_BEHIND) {
        wait(quiet.millis() - restedMillis);
      } else {
        return true;
      }
    }
    return false;
  }

  private long behind() {
    return writer.committed().waiting();
  }

  private void step() {
    try {
      gate.enter();
      try {
        boolean yields = behind() < MAX_BEHIND;
        long seen = wakes();
        boolean all =
            writer.transact(
                Writer.Worth.REPEATABLE,
                w -> {
                  boolean none = workSome(w, yields);
                  queue = Index.queue(w.database());
                  return none;
                });
        done(all, seen);
      } finally {
        gate.leave();
      }
    } catch (StorageException e) {
      purging.startAgain();
      failed(e);
    }
  }

  /** What searches need first. Returns whether nothing is left. */
  private boolean workSome(Writer w, boolean yields) throws SQLException {
    if (!listSome(w, yields)) {
      return false;
    }
    Index.Done made = Index.makeSome(w, purging, STEP_TEXTS, yields);
    settling.changed(made.texts());
    return made.all() && settling.step(w.database());
  }

  /** Says which visits searches do not find yet, if there are such. For any thread. */
  List<Part> parts() {
    Counts counts = writer.committed();
    Index.Queue pages = queue;
    if (counts.waiting() > Tail.MOST) {
      return List.of(behind("visits", counts.waiting(), counts.head()));
    }
    return pages.waiting() > Searcher.MOST_QUEUED
        ? List.of(behind("pages", pages.waiting(), pages.all()))
        : List.of();
  }

  private static Part behind(String what, long waiting, long all) {
    return new Part(
        "search",
        "sqlite",
        new Part.Degraded(
            String.format(
                Locale.ROOT,
                "Of %,d %s in the history, %,d are not indexed yet; a search finds only the newest of"
                    + " these.",
                all,
                what,
                waiting),
            "Nothing need be done; they are indexed in the background."));
  }

  private synchronized void done(boolean all, long seen) {
    // What was merged since may have left nothing to list, and yet words to take out.
    work = !all || behind() > 0 || wakes != seen;
    notifyAll();
  }

  private synchronized void failed(StorageException e) {
    failing = true;
    if (e.kind() != StorageException.Kind.CLOSED) {
      LOG.warn(
          "The full-text index waits; searches read the newest of what it lacks. {}",
          e.getMessage());
    }
  }

  /**
   * Lists no more than a step, and no more than it has when a merge comes, if it yields: a visit
   * that was recorded now should not wait for tens of milliseconds. What came last is first, and
   * what was there before the file was upgraded is from its newest to its oldest. Returns whether
   * nothing is left.
   */
  private static boolean listSome(Writer writer, boolean yields) throws SQLException {
    Counts counts = writer.counts();
    if (counts.listed() < counts.head()) {
      return listNew(writer, yields) && counts.unlisted() == 0;
    }
    return counts.unlisted() == 0 || listOlder(writer, yields);
  }

  private static boolean listNew(Writer writer, boolean yields) throws SQLException {
    Counts counts = writer.counts();
    Chunk chunk = read(writer, NEW, counts.listed(), yields);
    Listing.add(writer.database(), chunk.visits());
    boolean all = chunk.last() == NONE;
    writer.count(counts.withListed(all ? counts.head() : chunk.last()));
    return all;
  }

  /**
   * Lists the few visits that wait before a position behind which all is deleted: while very much
   * is deleted there is no quiet, and each search would read over all of it to find them.
   */
  static void listBefore(Writer writer, long position) throws SQLException {
    if (writer.counts().listed() < position) {
      listNew(writer, false);
    } else {
      writer.count(writer.counts().withListed(writer.counts().head()));
    }
  }

  private static boolean listOlder(Writer writer, boolean yields) throws SQLException {
    Counts counts = writer.counts();
    Chunk chunk = read(writer, OLDER, counts.unlisted(), yields);
    Listing.add(writer.database(), chunk.visits());
    boolean all = chunk.last() == NONE;
    writer.count(counts.withUnlisted(all ? 0 : chunk.last() - 1));
    return all;
  }

  /**
   * What is listed at once.
   *
   * @param last the position where it ends; {@link #NONE} if nothing is left behind
   */
  private record Chunk(List<Listing.Visit> visits, long last) {}

  private static Chunk read(Writer writer, String sql, long from, boolean yields)
      throws SQLException {
    List<Listing.Visit> visits = new ArrayList<>();
    long last = NONE;
    int rows = 0;
    boolean cut = false;
    try (ResultSet row = writer.database().bind(sql, from, STEP_ROWS).executeQuery()) {
      while (!cut && row.next()) {
        rows++;
        last = row.getLong(1);
        if (Visibility.isShown(EntryRows.text(row, 7))) {
          visits.add(
              new Listing.Visit(
                  last,
                  row.getLong(2),
                  row.getDouble(3),
                  EntryRows.text(row, 4),
                  EntryRows.text(row, 5),
                  EntryRows.text(row, 6)));
        } else {
          Listing.hide(writer.database(), EntryRows.text(row, 4), row.getDouble(3), last);
        }
        cut = yields && rows % YIELD_ROWS == 0 && writer.isAwaited();
      }
    }
    return new Chunk(visits, rows < STEP_ROWS && !cut ? NONE : last);
  }

  /** Waits until everything that was merged is indexed, or time is over. Ends a pause. */
  synchronized boolean awaitIndexed(long millis) throws InterruptedException {
    pause(false);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = millis;
    while (!closed && (work || behind() > 0) && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
    return !work && behind() == 0;
  }

  /** Waits until everything that was merged is indexed. */
  synchronized void awaitIndexed() throws InterruptedException {
    while (!closed && (work || behind() > 0)) {
      wait();
    }
  }

  /** Lets no further step begin. The one under way is waited for at the gate. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Waits for the thread, which has nothing left to do. */
  void join(long timeoutMillis) {
    try {
      thread.join(timeoutMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
