// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.support.DaemonThreads;

/**
 * One thread that deals with events in their order. The thread exists only while there is something
 * to do. Safe for any thread.
 */
public final class EventLoop {
  /** How many events may wait. Only a flood gets there, and a flood may lose some. */
  private static final int MAX_WAITING = 20_000;

  /** A node that is dropped before it starts is never closed, and is to leave no thread behind. */
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final String name;
  private final FailureLog failures;
  private final ScheduledThreadPoolExecutor executor;

  /** Whoever takes an event out deals with it: the thread, or the end of the loop. */
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

  /** Something to be dealt with. */
  @FunctionalInterface
  public interface Event {
    /** Deals with it, on the loop's thread. */
    void run();

    /**
     * Closes what the event owns, because nobody will deal with it: the loop has ended, or too much
     * waits. On any thread.
     */
    default void dropped() {}
  }

  /**
   * Makes a loop.
   *
   * @param name of its thread
   * @param failures is told of what it fails at
   */
  public EventLoop(String name, FailureLog failures) {
    this.name = name;
    this.failures = failures;
    executor = new ScheduledThreadPoolExecutor(1, DaemonThreads.named(name));
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  /** Adds an event. One that has no place is dropped, and told so. */
  public void post(Event event) {
    if (executor.getQueue().size() >= MAX_WAITING) {
      failures.add("Too many events wait in " + name + "; some were dropped.");
      drop(event);
    } else {
      after(Duration.ZERO, event);
    }
  }

  /** Adds an event that is due later. */
  public void after(Duration delay, Event event) {
    Waiting added = new Waiting(event);
    waiting.add(added);
    try {
      executor.schedule(() -> run(added), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      dropIfWaiting(added);
    }
  }

  /** Runs a task again and again, until the loop ends. */
  public void every(Duration period, Runnable task) {
    // From now on there always is something to do, so the thread need not wake to see whether.
    executor.allowCoreThreadTimeOut(false);
    executor.scheduleWithFixedDelay(
        () -> repeat(task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Ends the loop, and drops the events that were not dealt with.
   *
   * @return false if the thread did not end in time
   */
  public boolean close(Duration patience) throws InterruptedException {
    executor.shutdownNow();
    try {
      return executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      waiting.forEach(this::dropIfWaiting);
    }
  }

  private void run(Waiting due) {
    if (waiting.remove(due)) {
      run(due.event);
    }
  }

  private void dropIfWaiting(Waiting left) {
    if (waiting.remove(left)) {
      drop(left.event);
    }
  }

  private void run(Event event) {
    attempt(event, event::run);
  }

  private void drop(Event event) {
    attempt(event, event::dropped);
  }

  private void repeat(Runnable task) {
    if (attempt(task, task)) {
      failures.engine().succeeded(name, task);
    }
  }

  /** An error that got out would end what is done again and again, and nobody would hear of it. */
  private boolean attempt(Object of, Runnable action) {
    try {
      action.run();
      return true;
    } catch (RuntimeException | Error e) {
      failures.engine().failed(name, of, e);
      return false;
    }
  }

  /** By identity: the same event may wait twice. */
  private static final class Waiting {
    private final Event event;

    Waiting(Event event) {
      this.event = event;
    }
  }
}
