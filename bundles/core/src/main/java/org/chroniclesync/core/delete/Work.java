// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.DeletionWork;

/** A deletion or an undoing that was asked for. Safe for any thread. */
final class Work implements DeletionWork {
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean cancelled;
  private volatile Supplier<Deletion> now;

  Work(Supplier<Deletion> now) {
    this.now = now;
  }

  void is(Supplier<Deletion> next) {
    now = next;
  }

  boolean isCancelled() {
    return cancelled;
  }

  void end() {
    ended.countDown();
  }

  @Override
  public Deletion now() {
    return now.get();
  }

  @Override
  public boolean await(Duration patience) throws InterruptedException {
    return ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void cancel() {
    cancelled = true;
  }
}
