// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage.indexed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chroniclesync.api.storage.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class StoreThreadTest {
  private static final int CALLERS = 4;
  private static final int ROUNDS = 300;

  /** The file stays locked if a call that comes while it is closed opens it again. */
  @Test
  void nothingOpensTheFileAfterItWasClosed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("history");
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        StoreThread store = new StoreThread(file);
        CountDownLatch busy = new CountDownLatch(CALLERS);
        List<Future<StorageException.Kind>> ends = new ArrayList<>();
        for (int caller = 0; caller < CALLERS; caller++) {
          ends.add(callers.submit(untilRefused(store, busy)));
        }
        busy.await();
        store.close();
        for (Future<StorageException.Kind> end : ends) {
          assertThat(end.get()).isEqualTo(StorageException.Kind.CLOSED);
        }
      }
    } finally {
      callers.shutdownNow();
    }
  }

  private static Callable<StorageException.Kind> untilRefused(
      StoreThread store, CountDownLatch busy) {
    return () -> {
      boolean told = false;
      while (true) {
        try {
          store.call(Maps::state);
        } catch (StorageException e) {
          return e.kind();
        } finally {
          if (!told) {
            told = true;
            busy.countDown();
          }
        }
      }
    };
  }
}
