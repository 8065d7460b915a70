// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.storage.sqlite.SqliteHistoryStore;
import org.chroniclesync.testkits.history.SyntheticHistory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The SQLite store, durable as it comes, with its index for searches kept in the background. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SqliteBenchmark {
  static final int BATCH = 2_000;
  static final int FEED = 20_000;

  /** A store in a folder of its own. */
  @State(Scope.Benchmark)
  public static class Store {
    private final TemporaryFolder folder = new TemporaryFolder();
    private final SyntheticHistory history = new SyntheticHistory(1, 3);
    private final SqliteHistoryStore store =
        Components.make(
            SqliteHistoryStore.class,
            Map.of("file", folder.path().resolve("history.db").toString()));
    private Batch next = Batch.of(List.of());

    /**
     * Puts the feed in that is read.
     *
     * @throws StorageException if nothing is stored
     */
    @Setup
    public void fill() throws StorageException {
      for (int i = 0; i < FEED; i += BATCH) {
        store.merge(Batch.of(history.next(BATCH)));
      }
    }

    /** Makes the entries apart from the time that is measured. */
    @Setup(Level.Invocation)
    public void generate() {
      next = Batch.of(history.next(BATCH));
    }

    /** Closes it. */
    @TearDown
    public void close() {
      store.close();
      folder.close();
    }
  }

  /** New entries made durable, 2,000 in a batch. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public MergeResult merge(Store store) throws StorageException {
    return store.store.merge(store.next);
  }

  /** Entries read from the feed. */
  @Benchmark
  @OperationsPerInvocation(FEED)
  public int changes(Store store) throws StorageException {
    int read = 0;
    try (Cursor<Change> changes = store.store.changes(0)) {
      while (read < FEED && changes.next() != null) {
        read++;
      }
    }
    return read;
  }
}
