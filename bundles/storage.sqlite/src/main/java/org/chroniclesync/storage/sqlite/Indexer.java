// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.support.Address;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Words;
import org.chroniclesync.api.storage.support.Words.Word;
import org.chroniclesync.api.support.DaemonThreads;
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

  /** So few that closing, and a merge where it takes turns, waits for tens of milliseconds. */
  static final int STEP_ROWS = 1_000;

  /** Longer than a large merge takes, so that there is none between two of a first sync. */
  private static final long QUIET_MILLIS = 300;

  private static final long RETRY_MILLIS = 5_000;

  private final Writer writer;
  private final Gate gate;
  private final Thread thread = DaemonThreads.make("chroniclesync-sqlite-index", this::run);
  private long lastMergeNanos = System.nanoTime();
  private boolean work = true;
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

  /** Something was merged. */
  synchronized void wake() {
    lastMergeNanos = System.nanoTime();
    work = true;
    notifyAll();
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
      long quietMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lastMergeNanos);
      if (paused || !work) {
        wait();
      } else if (failing) {
        failing = false;
        wait(RETRY_MILLIS);
      } else if (quietMillis < QUIET_MILLIS && behind() < MAX_BEHIND) {
        wait(QUIET_MILLIS - quietMillis);
      } else {
        return true;
      }
    }
    return false;
  }

  private long behind() {
    Counts counts = writer.committed();
    return counts.head() - Math.min(counts.indexed(), counts.paged());
  }

  private void step() {
    try {
      gate.enter();
      try {
        boolean yields = behind() < MAX_BEHIND;
        boolean all =
            writer.transact(
                Writer.Worth.REPEATABLE,
                w -> PageVisits.addSome(w, STEP_ROWS, yields) && indexSome(w, yields));
        done(all);
      } finally {
        gate.leave();
      }
    } catch (StorageException e) {
      failed(e);
    }
  }

  private synchronized void done(boolean all) {
    work = !all || behind() > 0;
    notifyAll();
  }

  private synchronized void failed(StorageException e) {
    failing = true;
    if (e.kind() != StorageException.Kind.CLOSED) {
      LOG.warn("The full-text index waits; searches read what it lacks. {}", e.getMessage());
    }
  }

  /**
   * Indexes no more than a step, and no more than it has when a merge comes, if it yields: a visit
   * that was recorded now should not wait for tens of milliseconds. Returns whether nothing is
   * left.
   */
  private static boolean indexSome(Writer writer, boolean yields) throws SQLException {
    Database database = writer.database();
    int dropped =
        database.update(
            "DELETE FROM search WHERE rowid IN (SELECT position FROM gone ORDER BY position LIMIT"
                + " ?)",
            STEP_ROWS);
    if (dropped > 0) {
      database.update(
          "DELETE FROM gone WHERE position IN (SELECT position FROM gone ORDER BY position LIMIT"
              + " ?)",
          STEP_ROWS);
    }
    long head = writer.counts().head();
    long last = writer.counts().indexed();
    int rows = 0;
    boolean cut = false;
    PreparedStatement insert =
        database.statement("INSERT INTO search (rowid, title, url, summary) VALUES (?, ?, ?, ?)");
    try (ResultSet row =
        database
            .bind(
                "SELECT position, title, url, summary FROM entry WHERE position > ? AND deleted ="
                    + " 0 ORDER BY position LIMIT ?",
                last,
                STEP_ROWS)
            .executeQuery()) {
      while (!cut && row.next()) {
        rows++;
        last = row.getLong(1);
        insert.setLong(1, last);
        insert.setString(2, folded(EntryRows.text(row, 2)));
        insert.setString(3, folded(Address.searchable(EntryRows.text(row, 3))));
        insert.setString(4, folded(EntryRows.text(row, 4)));
        insert.executeUpdate();
        cut = yields && writer.isAwaited();
      }
    }
    boolean all = rows < STEP_ROWS && !cut;
    writer.count(writer.counts().withIndexed(all ? head : last));
    return all && dropped < STEP_ROWS;
  }

  private static String folded(String text) {
    List<Word> words = Words.in(text);
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < words.size(); i++) {
      Word word = words.get(i);
      if (i > 0 && word.single() && words.get(i - 1).single()) {
        line.append(words.get(i - 1).adjoins(word) ? "" : Query.GAP + " ");
      }
      line.append(word.folded()).append(' ');
    }
    return line.toString();
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
