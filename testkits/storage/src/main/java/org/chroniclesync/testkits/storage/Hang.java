// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Where calls of a {@link FaultyStore} hang until a test releases them. An interrupt does not wake
 * them: it is kept for afterwards, as where a thread waits for a disk. Safe for any thread.
 */
public final class Hang {
  /** Nothing that is waited for takes nearly so long, on any machine. */
  private static final long DEADLINE_SECONDS = 20;

  private final CountDownLatch released = new CountDownLatch(1);
  private final Semaphore arrivals = new Semaphore(0);

  /** Makes one that holds all who come. */
  public Hang() {}

  /**
   * Waits until a call hangs here. Each call that came is waited for once.
   *
   * @throws AssertionError if none comes
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public void awaitCall() throws InterruptedException {
    if (!arrivals.tryAcquire(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no call came to hang");
    }
  }

  /** Lets all calls go on that hang here, and those that come later. */
  public void release() {
    released.countDown();
  }

  /**
   * Returns the fault of a call that hangs here, and is then made as it should be.
   *
   * @param <R> what the call returns
   * @return the fault
   */
  public <R> Fault<R> first() {
    return right -> {
      hold();
      return right.call();
    };
  }

  /**
   * Returns the fault of a call that is made as it should be, and hangs here before it returns.
   *
   * @param <R> what the call returns
   * @return the fault
   */
  public <R> Fault<R> last() {
    return right -> {
      try {
        return right.call();
      } finally {
        hold();
      }
    };
  }

  private void hold() {
    arrivals.release();
    boolean interrupted = false;
    while (released.getCount() > 0) {
      try {
        released.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
