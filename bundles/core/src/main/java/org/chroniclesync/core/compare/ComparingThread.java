// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.compare;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.transport.ChannelClosedException;

/**
 * The thread of a session's comparisons, while there are any. One of its own, for a comparison may
 * read a lot, and neither what comes nor what goes shall wait for it.
 */
public final class ComparingThread implements AutoCloseable {
  /** A peer that keeps to its turn needs one. */
  private static final int MAX_WAITING = 16;

  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_WAITING),
          DaemonThreads.named("chroniclesync-session-compare"));
  private final Consumer<Throwable> failed;

  /** A step of a comparison. */
  public interface Step {
    /** Takes it. */
    void take() throws InterruptedException, ChannelClosedException, StorageException;
  }

  /** Tells {@code failed}, on its thread, of what a step throws. */
  public ComparingThread(Consumer<Throwable> failed) {
    this.failed = failed;
    thread.allowCoreThreadTimeOut(true);
  }

  /** Returns false if too much waits already, or all is over. */
  public boolean perform(Step step) {
    try {
      thread.execute(() -> take(step));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void take(Step step) {
    try {
      step.take();
    } catch (InterruptedException
        | ChannelClosedException
        | StorageException
        | RuntimeException
        | Error e) {
      failed.accept(e);
    }
  }

  /** Ends it, soon. */
  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** Returns false if it still ran after that long. */
  public boolean join(long millis) throws InterruptedException {
    return thread.awaitTermination(millis, TimeUnit.MILLISECONDS);
  }
}
