// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads that have ended, without having failed, once it is closed. */
final class Crew implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  private final ExecutorService threads;
  private final List<Future<?>> started = new ArrayList<>();

  interface Task {
    void run() throws Exception;
  }

  Crew(int size) {
    threads = Executors.newFixedThreadPool(size);
  }

  Future<?> start(Task task) {
    Future<?> future =
        threads.submit(
            () -> {
              task.run();
              return null;
            });
    started.add(future);
    return future;
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      for (Future<?> one : started) {
        one.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException e) {
      throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("a thread does not end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      threads.shutdownNow();
    }
  }
}
