// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that is done at the start, when something changed, and from time to time. */
final class Errand implements AutoCloseable {
  /** What failed for want of a store is tried again soon. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private static final int STOP_TIMEOUT_MILLIS = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(Errand.class);
  private final String about;
  private final Duration period;
  private final Work work;
  private final Semaphore wake = new Semaphore(1);
  private final Thread thread;
  private volatile boolean closed;
  private boolean failed;

  /** What is done each time. */
  interface Work {
    void run() throws StorageException, IOException, InterruptedException;
  }

  /**
   * Makes one.
   *
   * @param name of its thread
   * @param about what the log calls it, at the beginning of a sentence
   * @param period how long after the last time it is done again, if nobody wakes it before
   */
  Errand(String name, String about, Duration period, Work work) {
    this.about = about;
    this.period = period;
    this.work = work;
    this.thread = DaemonThreads.make("chroniclesync-" + name, this::run);
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
      Duration wait = period;
      while (!closed) {
        if (wake.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
        failed = !runOnce();
        wait = failed ? AGAIN : period;
      }
    } catch (InterruptedException e) {
      LOG.debug("{}: nothing is done any more", about);
    }
  }

  private boolean runOnce() throws InterruptedException {
    try {
      work.run();
      return true;
    } catch (StorageException | IOException e) {
      // Once is enough while there is no store.
      if (!closed && !failed) {
        LOG.warn("{}: this failed and is tried again: {}", about, e.getMessage());
      }
    } catch (RuntimeException | Error e) {
      LOG.error("{}: this failed and is tried again", about, e);
    }
    return false;
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
