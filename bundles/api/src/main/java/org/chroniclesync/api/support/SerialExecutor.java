// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.support;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One thread that runs tasks one after another, in the order in which they were handed over. A task
 * that throws, be it an {@link Error}, costs that task and no other. Safe for any thread. The
 * thread is started for the first task. The queue has no bound of its own: whoever hands over what
 * others sent bounds that first.
 */
@ProviderType
public final class SerialExecutor implements Executor {
  private final Consumer<? super Throwable> failures;
  private final ScheduledThreadPoolExecutor executor;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile @Nullable Thread thread;

  /** Whether the last task has run. */
  private volatile boolean ended;

  /**
   * Makes an executor with a daemon thread.
   *
   * @param name the name of the thread
   * @param failures told of what a task threw, on the thread
   */
  public SerialExecutor(String name, Consumer<? super Throwable> failures) {
    this(DaemonThreads.named(name), failures);
  }

  /**
   * Makes an executor.
   *
   * @param threads makes the thread; asked once
   * @param failures told of what a task threw, on the thread
   */
  public SerialExecutor(ThreadFactory threads, Consumer<? super Throwable> failures) {
    this.failures = failures;
    this.executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = threads.newThread(task);
              thread = made;
              return made;
            });
    executor.setRemoveOnCancelPolicy(true);
  }

  /**
   * Runs a task after all that were handed over before. Does not block. After the end was begun the
   * task is dropped.
   *
   * @param task the task
   */
  @Override
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  /**
   * Runs a task when a time has passed and the tasks that are due before it have ended. Does not
   * block. After the end was begun the task is dropped, and so is one whose time has not come by
   * then.
   *
   * @param delay the time; zero or less is at once
   * @param task the task
   * @return what takes the task back as long as it has not begun
   */
  public Future<?> schedule(Duration delay, Runnable task) {
    if (!closing.get()) {
      try {
        return executor.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        // The end was begun meanwhile.
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  /**
   * Tells whether the calling thread is the one of this executor.
   *
   * @return true on the thread, from its first task to its end
   */
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /**
   * Begins the end: what was handed over before still runs, then the last task, then the thread
   * ends. Does not block, and may be called by the thread itself. Does nothing if the end was begun
   * before.
   *
   * @param last the last task
   */
  public void shutdown(Runnable last) {
    if (closing.compareAndSet(false, true)) {
      try {
        executor.execute(() -> end(last));
      } catch (RuntimeException | Error e) {
        // There was no thread yet, and none can be made.
        executor.shutdownNow();
        failures.accept(e);
      }
    }
  }

  /** Nothing gets between the last task and the end: both are on the only thread. */
  private void end(Runnable last) {
    guarded(last);
    ended = true;
    executor.shutdownNow();
  }

  /**
   * Begins the end, unless that was done before, and waits for it. A task that does not return in
   * time is interrupted, and what waits behind it, the last task too, is dropped; then the same
   * time is waited again for the thread. An interrupt of the caller cuts the first wait short, and
   * is kept. May be called more than once and by several threads at once; each returns when it is
   * over.
   *
   * @param last the last task, if the end was not begun before
   * @param patience how long to wait at most before the thread is interrupted
   * @return true if all ended by itself, and the last task has run
   * @throws IllegalStateException if called by the thread itself, which would wait for itself
   */
  public boolean close(Runnable last, Duration patience) {
    if (isCurrent()) {
      throw new IllegalStateException("a thread cannot wait for its own end");
    }
    shutdown(last);
    boolean interrupted = false;
    boolean over = false;
    try {
      over = executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (!over) {
      executor.shutdownNow();
      interrupted |= !awaitForced(patience);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return over && ended;
  }

  /** Returns false if the caller was interrupted. */
  private boolean awaitForced(Duration patience) {
    try {
      executor.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      failures.accept(e);
    }
  }
}
