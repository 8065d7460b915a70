// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread on which things are done one after another. What comes after its end is dropped. */
final class Turns {
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);

  private final ScheduledThreadPoolExecutor executor;

  Turns(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
  }

  void post(Runnable task) {
    after(Duration.ZERO, task);
  }

  /** Returns what takes the task back. */
  Future<?> after(Duration delay, Runnable task) {
    try {
      return executor.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("a task after the end was dropped");
      return CompletableFuture.completedFuture(null);
    }
  }

  /**
   * Does what was posted before and the last thing, then ends. Returns false if it took too long.
   */
  boolean close(Runnable last, Duration patience) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    post(
        () -> {
          try {
            last.run();
          } finally {
            done.countDown();
          }
        });
    // Not before: an executor that is shut down drops what waits, even what waits no time.
    boolean ended = done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    executor.shutdownNow();
    return executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS) && ended;
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("Something in the WebSocket transport failed.", e);
    }
  }
}
