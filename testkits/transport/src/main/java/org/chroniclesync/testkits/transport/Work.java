// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that may block, on a thread of its own. */
final class Work<T> implements AutoCloseable {
  private final FutureTask<T> task;
  private final Thread thread;

  private Work(Callable<T> callable) {
    this.task = new FutureTask<>(callable);
    this.thread = new Thread(task, "kit-work");
    thread.setDaemon(true);
    thread.start();
  }

  static <T> Work<T> begin(Callable<T> callable) {
    return new Work<>(callable);
  }

  boolean isWaiting() {
    Thread.State state = thread.getState();
    return state == Thread.State.WAITING
        || state == Thread.State.TIMED_WAITING
        || state == Thread.State.BLOCKED;
  }

  boolean isDone() {
    return task.isDone();
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Returns what came of it; throws what it threw. */
  T get(Duration patience) throws Exception {
    try {
      return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("still at work: " + thread.getState(), e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
