// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one connection that writes, given to one thread at a time in the order of their coming. */
final class Writer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private final ReentrantLock turn = new ReentrantLock(true);
  private final Database database;
  private final FileLease lease;
  private final Failures failures;
  private final Settings.Synchronous durable;
  private final Interned interned;
  private final Recent recent = new Recent();
  private final List<Recent.Version> written = new ArrayList<>();
  private final DeviceTotals totals;
  private final DeviceTotals.Pending devices = new DeviceTotals.Pending();
  private Settings.Synchronous current;
  private @Nullable Log log;
  private Counts counts;
  private volatile Counts committed;
  private volatile boolean interrupted;

  /** Guarded by this. */
  private Way way = Way.NONE;

  /** So much in the write-ahead log, and a commit moves it into the file. */
  enum Log {
    USUAL(16L << 20),
    /**
     * While very much is deleted. Each step changes the same pages, here and there in the file, so
     * the later they are moved, the fewer of them are written twice.
     */
    LARGE(128L << 20);

    private final long bytes;

    Log(long bytes) {
      this.bytes = bytes;
    }

    long bytes() {
      return bytes;
    }
  }

  interface Work<R> {
    R with(Writer writer) throws SQLException;
  }

  /** Whether what is written must outlive a power cut, or could be made again. */
  enum Worth {
    KEPT,
    REPEATABLE
  }

  /** Whom the writing anew of the file gives way to. */
  enum Way {
    /** None is under way that could be stopped. */
    NONE,
    /** To the closing of the store. */
    CLOSING,
    /** To that, and to whatever is merged. */
    ALL
  }

  Writer(Database database, FileLease lease, Settings settings, Failures failures)
      throws SQLException, IOException {
    this.database = database;
    this.lease = lease;
    this.failures = failures;
    this.durable = settings.synchronous();
    this.interned = new Interned(database);
    this.current = durable;
    database.execute("PRAGMA synchronous = " + durable);
    log(Log.USUAL);
    this.counts = Counts.load(database);
    if (!lease.vouchesFor(counts.feed(), counts.head())) {
      counts = counts.withFeed(UUID.randomUUID().toString());
      counts.save(database);
    }
    this.committed = counts;
    this.totals = new DeviceTotals(counts.head());
    lease.note(counts.feed(), counts.head());
  }

  /** The state after the last transaction that was committed. For any thread. */
  Counts committed() {
    return committed;
  }

  /** Does the work and makes it durable, or does nothing. */
  <R> R transact(Worth worth, Work<R> work) throws StorageException {
    turn.lock();
    try {
      if (interrupted) {
        throw failures.closed();
      }
      synchronous(worth == Worth.KEPT ? durable : Settings.Synchronous.NORMAL);
      return inTransaction(work);
    } catch (SQLException e) {
      database.recover();
      throw failures.of(e);
    } finally {
      turn.unlock();
    }
  }

  /** Cuts the log to nothing, in turn with what writes. Returns false if readers are in the way. */
  boolean cutLog() throws StorageException {
    return alone(Erasing::cutLog);
  }

  /** Writes the file anew, in turn with what writes. */
  void rewrite() throws StorageException {
    alone(
        database -> {
          Erasing.rewrite(database, System.currentTimeMillis());
          return true;
        });
  }

  /** Writes the file anew unless it is stopped. Returns whether it is written. */
  boolean rewrite(Way givenTo) throws StorageException {
    turn.lock();
    try {
      if (interrupted) {
        throw failures.closed();
      }
      way(givenTo);
      Erasing.rewrite(database, System.currentTimeMillis());
      return true;
    } catch (SQLException e) {
      database.recover();
      if (Failures.isInterruption(e) && !interrupted) {
        return false;
      }
      throw failures.of(e);
    } finally {
      way(Way.NONE);
      turn.unlock();
    }
  }

  private synchronized void way(Way givenTo) {
    way = givenTo;
  }

  /** Stops a writing anew under way if it gives way to that. For any thread. */
  synchronized void stopRewriting(Way needed) throws StorageException {
    if (way.compareTo(needed) >= 0) {
      try {
        database.interrupt();
      } catch (SQLException e) {
        throw failures.of(e);
      }
    }
  }

  private boolean alone(Readers.Read<Boolean> work) throws StorageException {
    turn.lock();
    try {
      if (interrupted) {
        throw failures.closed();
      }
      return work.from(database);
    } catch (SQLException e) {
      database.recover();
      throw failures.of(e);
    } finally {
      turn.unlock();
    }
  }

  private <R> R inTransaction(Work<R> work) throws SQLException {
    database.update("BEGIN IMMEDIATE");
    R result;
    try {
      result = work.with(this);
      if (!counts.equals(committed)) {
        counts.save(database);
      }
      database.update("COMMIT");
    } catch (SQLException | RuntimeException | Error e) {
      Transactions.rollback(database, e);
      written.clear();
      devices.forget();
      interned.forget();
      counts = committed;
      throw e;
    }
    publish();
    return result;
  }

  private void publish() {
    boolean moved = counts.head() != committed.head();
    recent.add(committed.head(), written, counts);
    totals.commit(counts.head(), devices);
    written.clear();
    committed = counts;
    if (moved) {
      try {
        lease.note(counts.feed(), counts.head());
      } catch (IOException e) {
        LOG.debug("The position could not be noted; at worst the feed gets a new name.", e);
      }
    }
  }

  private void synchronous(Settings.Synchronous wanted) throws SQLException {
    if (wanted != current) {
      database.execute("PRAGMA synchronous = " + wanted);
      current = wanted;
    }
  }

  /** Sets how long the log may become, for work only. */
  void log(Log wanted) throws SQLException {
    if (wanted != log) {
      long pages = wanted.bytes() / database.number("PRAGMA page_size");
      database.execute("PRAGMA wal_autocheckpoint = " + pages);
      log = wanted;
    }
  }

  /** Tells whether somebody waits for the turn. */
  boolean isAwaited() {
    return turn.hasQueuedThreads();
  }

  /** The connection, for work only. */
  Database database() {
    return database;
  }

  /** The shared values, for work only. */
  Interned interned() {
    return interned;
  }

  /** What was written last. For any thread. */
  Recent recent() {
    return recent;
  }

  /** The devices in numbers. For any thread. */
  DeviceTotals totals() {
    return totals;
  }

  /** Notes that a version took a position, and the place of another or of none, for work only. */
  void note(long position, Entry entry, @Nullable Entry held) {
    written.add(new Recent.Version(position, entry, held != null));
    devices.replace(held, entry);
  }

  /** The counts as the work has left them so far, for work only. */
  Counts counts() {
    return counts;
  }

  /** Sets what the counts become if the work succeeds, for work only. */
  void count(Counts next) {
    counts = next;
  }

  /** Makes the work under way fail, and all that waits for its turn. For any thread. */
  void interrupt() throws SQLException {
    interrupted = true;
    database.interrupt();
  }

  /** Waits for the turn, then closes. */
  @Override
  public void close() throws SQLException {
    turn.lock();
    try {
      database.close();
    } finally {
      turn.unlock();
    }
  }
}
