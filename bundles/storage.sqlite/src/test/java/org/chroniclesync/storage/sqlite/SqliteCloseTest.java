// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.testkits.storage.Reads;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing while others work: they are told, and nothing acknowledged is lost. */
class SqliteCloseTest {
  private static final int BATCH = 200;

  private final Stores stores;

  SqliteCloseTest(@TempDir Path directory) {
    stores = new Stores(directory);
  }

  @ParameterizedTest
  @ValueSource(longs = {10_000, 0, 10_000, 0, 1})
  void workersSeeClosedAndWhatWasAcknowledgedStays(long closeTimeoutMillis) throws Exception {
    AtomicInteger acknowledged = new AtomicInteger();
    CountDownLatch underWay = new CountDownLatch(20);
    ExecutorService threads = Executors.newFixedThreadPool(5);
    try {
      SqliteHistoryStore store = stores.open(Map.of("closeTimeoutMillis", closeTimeoutMillis));
      List<Future<Kind>> ends = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        String device = "device" + t;
        ends.add(
            threads.submit(
                () ->
                    untilItFails(
                        i -> {
                          store.merge(Stores.batch(device, BATCH, i));
                          acknowledged.incrementAndGet();
                          underWay.countDown();
                        })));
      }
      ends.add(threads.submit(() -> untilItFails(i -> store.search(new Search("ex", 1_000)))));
      ends.add(threads.submit(() -> untilItFails(i -> Reads.all(store.changes(0)))));
      underWay.await();
      store.close();
      for (Future<Kind> end : ends) {
        assertThat(end.get()).isEqualTo(Kind.CLOSED);
      }
    } finally {
      threads.shutdown();
    }
    try (SqliteHistoryStore store = stores.open(Map.of("checkOnStart", true))) {
      assertThat(store.state().entries()).isEqualTo((long) acknowledged.get() * BATCH);
    }
  }

  private interface Step {
    void take(int number) throws StorageException;
  }

  private static Kind untilItFails(Step step) {
    for (int i = 0; ; i++) {
      try {
        step.take(i);
      } catch (StorageException e) {
        return e.kind();
      }
    }
  }
}
