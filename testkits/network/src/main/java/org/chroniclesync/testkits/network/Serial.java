// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs tasks one after another, on threads of a pool. What a task throws is told, and costs it. */
final class Serial {
  /** How many tasks may wait: only a flood of signals gets there. */
  private static final int MAX_WAITING = 10_000;

  private final Executor pool;
  private final Consumer<Throwable> thrown;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  Serial(Executor pool, Consumer<Throwable> thrown) {
    this.pool = pool;
    this.thrown = thrown;
  }

  /** Returns false if the task was dropped: too many wait, or the pool has ended. */
  boolean post(Runnable task) {
    synchronized (waiting) {
      if (waiting.size() >= MAX_WAITING) {
        return false;
      }
      waiting.add(task);
      if (running) {
        return true;
      }
      running = true;
    }
    try {
      pool.execute(this::run);
      return true;
    } catch (RejectedExecutionException e) {
      synchronized (waiting) {
        waiting.clear();
        running = false;
      }
      return false;
    }
  }

  private void run() {
    for (Runnable task = next(); task != null; task = next()) {
      try {
        task.run();
      } catch (RuntimeException | Error e) {
        thrown.accept(e);
      }
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      Runnable task = waiting.poll();
      running = task != null;
      return task;
    }
  }
}
