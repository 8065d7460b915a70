// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.StorageException;

/** Counts the operations under way, and lets none begin once it is shut. Safe for any thread. */
final class Gate {
  private final Failures failures;
  private int inside;
  private boolean shut;

  Gate(Failures failures) {
    this.failures = failures;
  }

  synchronized void enter() throws StorageException {
    if (shut) {
      throw failures.closed();
    }
    inside++;
  }

  synchronized void leave() {
    inside--;
    notifyAll();
  }

  synchronized void checkOpen() throws StorageException {
    if (shut) {
      throw failures.closed();
    }
  }

  /** Returns false if it was shut before. */
  synchronized boolean shut() {
    boolean first = !shut;
    shut = true;
    return first;
  }

  /** Returns whether nobody is inside any more. Keeps the interruption of the caller for later. */
  synchronized boolean awaitEmpty(long timeoutMillis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    boolean interrupted = false;
    while (inside > 0) {
      long remainingMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (remainingMillis <= 0) {
        break;
      }
      try {
        wait(remainingMillis);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return inside == 0;
  }
}
