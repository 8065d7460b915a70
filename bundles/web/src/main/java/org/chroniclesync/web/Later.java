// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Counts in the background, one thing at a time, and rests longer than it works: what is counted
 * may change all the time, and many may ask. Safe for any thread.
 */
final class Later implements AutoCloseable {
  /** How many times as long as it worked it rests. */
  private static final int REST = 9;

  private final ScheduledExecutorService thread;
  private final Runnable step;
  private boolean wanted;
  private boolean scheduled;
  private long restsUntilNanos = System.nanoTime();

  /**
   * Makes one that does not work yet.
   *
   * @param step one thing; it catches what it throws, and may wake for the next one
   */
  Later(ThreadFactory factory, Runnable step) {
    thread = Executors.newSingleThreadScheduledExecutor(factory);
    this.step = step;
  }

  /** Says that there is something to count; returns at once. */
  synchronized void wake() {
    wanted = true;
    if (scheduled) {
      return;
    }
    try {
      long rest = Math.max(0, restsUntilNanos - System.nanoTime());
      thread.schedule(this::run, rest, TimeUnit.NANOSECONDS);
      scheduled = true;
    } catch (RejectedExecutionException e) {
      wanted = false; // the page is being closed
    }
  }

  private void run() {
    long began = System.nanoTime();
    synchronized (this) {
      wanted = false;
    }
    try {
      step.run();
    } finally {
      end(began);
    }
  }

  private synchronized void end(long began) {
    long now = System.nanoTime();
    restsUntilNanos = now + REST * (now - began);
    scheduled = false;
    if (wanted) {
      wake();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
