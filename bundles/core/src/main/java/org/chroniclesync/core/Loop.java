// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns the peers. What is given to it after the end is dropped. While it has
 * nothing to do, and nothing to wait for, there is no thread, so that one that is never closed
 * leaves none behind.
 */
final class Loop {
  /** How many events may wait. Only a flood gets there, and a flood may lose some. */
  private static final int MAX_WAITING = 20_000;

  private static final Duration IDLE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  private final ScheduledThreadPoolExecutor executor;

  Loop(String name) {
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
    executor.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  /** Returns false if the task was dropped. */
  boolean post(Runnable task) {
    if (executor.getQueue().size() >= MAX_WAITING) {
      LOG.warn("Too many events wait; one was dropped.");
      return false;
    }
    after(Duration.ZERO, task);
    return true;
  }

  void after(Duration delay, Runnable task) {
    try {
      executor.schedule(guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("an event after the end was dropped");
    }
  }

  void every(Duration period, Runnable task) {
    executor.scheduleWithFixedDelay(
        guarded(task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns false if the thread did not end in time. */
  boolean close(Duration patience) throws InterruptedException {
    executor.shutdownNow();
    return executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        // An error that gets out ends what is to be done again and again, and nobody hears of it.
        LOG.error("An event could not be dealt with.", e);
      }
    };
  }
}
