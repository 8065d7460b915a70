// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chroniclesync.api.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in the background, once somebody has opened the page, what takes seconds at a million
 * visits. Nothing is counted as long as nobody looks.
 */
final class Preparing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Preparing.class);

  private final InsightGroup insights;
  private final ExecutorService thread;
  private final AtomicBoolean begun = new AtomicBoolean();

  Preparing(InsightGroup insights, ThreadFactory factory) {
    this.insights = insights;
    thread =
        new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(1), factory);
  }

  /** Begins, the first time. */
  void begin() {
    if (!begun.compareAndSet(false, true)) {
      return;
    }
    try {
      thread.execute(this::run);
    } catch (RejectedExecutionException e) {
      return; // the page is being closed
    }
  }

  private void run() {
    try {
      insights.prepare();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException | RuntimeException | Error e) { // whoever asks is told why
      LOG.debug("nothing could be counted yet", e);
      begun.set(false);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
