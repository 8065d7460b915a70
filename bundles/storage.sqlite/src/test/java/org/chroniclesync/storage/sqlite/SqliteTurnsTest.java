// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several threads that merge, as the sessions with several peers do, and the one that indexes. */
@Timeout(600)
class SqliteTurnsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BUSY = 4;
  private static final int BATCH = 200;
  private static final int MERGES = 51;
  private static final int ROWS = 40_000;

  @Test
  void whoComesMergesNextHoweverMuchAnotherHasToMerge(@TempDir Path directory) throws Exception {
    AtomicInteger merged = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(BUSY);
    try (SqliteHistoryStore store = new Stores(directory).open()) {
      List<Future<?>> busy = new ArrayList<>();
      for (int i = 0; i < BUSY; i++) {
        // Made before, and known after the first time: there is hardly a moment between two merges.
        Batch again = Stores.batch("busy", BATCH, i);
        busy.add(
            threads.submit(
                () -> {
                  while (!enough.get()) {
                    store.merge(again);
                    merged.incrementAndGet();
                  }
                  return null;
                }));
      }
      List<Integer> overtaken = new ArrayList<>();
      for (int i = 0; i < MERGES; i++) {
        int before = merged.get();
        store.merge(Stores.batch("visitor", BATCH, i));
        overtaken.add(merged.get() - before);
      }
      enough.set(true);
      for (Future<?> each : busy) {
        each.get();
      }
      // Each of the others once, and one more if it came first. A thread that loses its processor
      // is overtaken more often, but that is not usual.
      overtaken.sort(null);
      assertThat(overtaken.get(MERGES * 4 / 5)).isLessThanOrEqualTo(BUSY + 1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatIsDeletedBetweenAStepOfTheIndexAndItsConclusionIsTakenOut(@TempDir Path directory)
      throws Exception {
    Path file = directory.resolve("history.db");
    Entry visit = Samples.entry("a", "1", "title");
    CountDownLatch released = new CountDownLatch(1);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (Opened opened = Opened.of(file);
        Indexer indexer = new Indexer(opened.writer(), new Gate(new Failures(file)))) {
      Writer writer = opened.writer();
      writer.transact(Writer.Worth.KEPT, new Merge(Batch.of(List.of(visit))));
      Future<?> holding =
          threads.submit(() -> writer.transact(Writer.Worth.KEPT, w -> wait(released)));
      indexer.start();
      await().atMost(PATIENCE).until(writer::isAwaited);
      // It concludes with its lock, so not before we leave it.
      synchronized (indexer) {
        released.countDown();
        await().atMost(PATIENCE).until(() -> writer.committed().waiting() == 0);
        Entry tombstone = visit.tombstone(visit.lastModifiedMillis() + 1);
        writer.transact(Writer.Worth.KEPT, new Merge(Batch.of(List.of(tombstone))));
        indexer.wake(1);
      }
      holding.get();
      assertThat(indexer.awaitIndexed(PATIENCE.toMillis())).isTrue();
      assertThat(writer.database().number("SELECT count(*) FROM gone")).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean wait(CountDownLatch released) {
    try {
      return released.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsRecordedCutsAStepOfTheIndexShort(@TempDir Path directory) throws Exception {
    Stores stores = new Stores(directory);
    try (SqliteHistoryStore store = stores.open();
        Database beside = Database.open(stores.file(), Database.Mode.READ)) {
      store.pauseIndex(true);
      for (int i = 0; i < ROWS / BATCH; i++) {
        store.merge(Stores.batch("before", BATCH, i));
      }
      store.pauseIndex(false);
      Counts counts = Counts.load(beside);
      boolean cut = false;
      // Between two steps there is nothing to cut, so perhaps not at the first time.
      for (int i = 0; !cut && i < ROWS / Indexer.STEP_ROWS; i++) {
        long begun = counts.listed();
        // Soon, so that there are many times.
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> Counts.load(beside).listed() > begun);
        store.merge(Batch.of(List.of(Samples.entry("now", "" + i, "title"))));
        counts = Counts.load(beside);
        cut = counts.listed() % Indexer.STEP_ROWS != 0 && counts.listed() < counts.head() - 1;
      }
      assertThat(cut).isTrue();
    }
  }
}
