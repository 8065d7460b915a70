// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.chroniclesync.api.storage.StorageException;

/** The read-only connections. Whoever finds none idle waits its turn. Safe for any thread. */
final class Readers implements AutoCloseable {
  private final Gate gate;
  private final Failures failures;
  private final Semaphore permits;
  private final List<Database> all = new ArrayList<>();
  private final Deque<Database> idle = new ArrayDeque<>();

  interface Read<R> {
    R from(Database database) throws SQLException;
  }

  Readers(Settings settings, Gate gate, Failures failures) throws SQLException {
    this.gate = gate;
    this.failures = failures;
    this.permits = new Semaphore(settings.readConnections(), true);
    try {
      for (int i = 0; i < settings.readConnections(); i++) {
        Database database = Database.open(settings.file(), Database.Mode.READ);
        all.add(database);
        database.execute("PRAGMA cache_size = -" + settings.cacheBytes() / 1024);
      }
    } catch (SQLException e) {
      close();
      throw e;
    }
    idle.addAll(all);
  }

  <R> R read(Read<R> read) throws StorageException {
    gate.enter();
    try {
      permits.acquireUninterruptibly();
      try {
        return leased(read);
      } catch (SQLException e) {
        throw failures.of(e);
      } finally {
        permits.release();
      }
    } finally {
      gate.leave();
    }
  }

  /** Reads with one view of the store over all statements. */
  <R> R snapshot(Read<R> read) throws StorageException {
    return read(
        database -> {
          database.update("BEGIN");
          try {
            return read.from(database);
          } finally {
            database.update("COMMIT");
          }
        });
  }

  private <R> R leased(Read<R> read) throws SQLException {
    Database database;
    synchronized (idle) {
      database = idle.pop();
    }
    try {
      return read.from(database);
    } catch (SQLException e) {
      database.recover();
      throw e;
    } finally {
      synchronized (idle) {
        idle.push(database);
      }
    }
  }

  void interrupt() throws SQLException {
    for (Database database : all) {
      database.interrupt();
    }
  }

  @Override
  public void close() throws SQLException {
    for (Database database : all) {
      database.close();
    }
  }
}
