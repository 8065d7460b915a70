// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes what has become too old: at the start, when rules change, and from time to time. */
final class Retention implements AutoCloseable {
  private static final int HOURS = 6;
  private static final int STOP_TIMEOUT_MILLIS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private final Work work;
  private final Semaphore wake = new Semaphore(1);
  private final Thread thread = DaemonThreads.make("chroniclesync-retention", this::run);
  private volatile boolean closed;

  /** What is done each time. */
  interface Work {
    void run() throws StorageException, InterruptedException;
  }

  Retention(Work work) {
    this.work = work;
  }

  void start() {
    thread.start();
  }

  /** Looks soon. Does not block. */
  void wake() {
    wake.release();
  }

  private void run() {
    try {
      while (!closed) {
        if (wake.tryAcquire(HOURS, TimeUnit.HOURS)) {
          wake.drainPermits();
        }
        runOnce();
      }
    } catch (InterruptedException e) {
      LOG.debug("nothing is deleted for its age any more");
    }
  }

  private void runOnce() throws InterruptedException {
    try {
      work.run();
    } catch (StorageException e) {
      if (!closed) {
        LOG.warn("What is too old could not be deleted and is tried again: {}", e.getMessage());
      }
    } catch (RuntimeException | Error e) {
      LOG.error("Deleting what is too old failed and is tried again", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(STOP_TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
