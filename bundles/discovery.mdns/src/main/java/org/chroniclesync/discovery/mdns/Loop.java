// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.chroniclesync.api.support.DaemonThreads;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that a membership's network belongs to: it waits for all channels at once and
 * blocks on none. What a task throws costs that task, or the channel that it was for. {@link
 * #execute}, {@link #start} and {@link #end} are for any thread, all else for the loop.
 */
final class Loop implements Executor {
  /** What becomes of a channel. */
  interface Handler {
    /** The channel is ready for what its key says. */
    void ready(SelectionKey key) throws IOException;

    /** {@link #ready} threw; the channel is to be closed. */
    void failed(Throwable thrown);
  }

  private record Timer(long dueNanos, long number, Runnable task) {}

  private static final Comparator<Timer> BY_TIME =
      (one, other) -> {
        int order = Long.signum(one.dueNanos() - other.dueNanos());
        return order == 0 ? Long.compare(one.number(), other.number()) : order;
      };

  private static final AtomicLong LOOPS = new AtomicLong();

  private final Selector selector;
  private final Thread thread;
  private final FailureListener failures;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>(BY_TIME);
  private long timersMade;
  private volatile boolean ending;

  /** Told of what a task threw, on the loop. */
  interface FailureListener {
    void failed(Throwable thrown);
  }

  Loop(FailureListener failures) {
    this.failures = failures;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("no more files can be opened: " + e.getMessage(), e);
    }
    thread = DaemonThreads.make("chroniclesync-mdns-" + LOOPS.incrementAndGet(), this::run);
  }

  void start() {
    thread.start();
  }

  /** Runs a task after those before; dropped after the end. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /** Runs a task when a time has passed. */
  void after(Duration delay, Runnable task) {
    timers.add(new Timer(System.nanoTime() + delay.toNanos(), timersMade++, task));
  }

  SelectionKey register(SelectableChannel channel, int operations, Handler handler)
      throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, operations, handler);
  }

  /**
   * Runs a last task and ends the thread.
   *
   * @return true if it ended within the time
   */
  boolean end(Runnable last, Duration patience) {
    execute(
        () -> {
          try {
            last.run();
          } finally {
            ending = true;
          }
        });
    boolean interrupted = false;
    long deadline = System.nanoTime() + patience.toNanos();
    while (thread.isAlive() && deadline - System.nanoTime() > 0) {
      try {
        thread.join(TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()) + 1);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  private void run() {
    try {
      while (!ending) {
        guarded(this::turn);
      }
    } finally {
      closeAll();
    }
  }

  private void turn() {
    try {
      selector.select(this::ready, patienceMillis());
    } catch (IOException | ClosedSelectorException e) {
      ending = true;
      throw new IllegalStateException("the network cannot be waited for any more", e);
    }
    for (Runnable task = tasks.poll(); task != null && !ending; task = tasks.poll()) {
      guarded(task);
    }
    runDue();
  }

  private void runDue() {
    for (Timer timer = timers.peek(); isDue(timer) && !ending; timer = timers.peek()) {
      timers.remove();
      guarded(timer.task());
    }
  }

  private static boolean isDue(@Nullable Timer timer) {
    return timer != null && timer.dueNanos() - System.nanoTime() <= 0;
  }

  /** At least 1, since 0 would wait for ever. */
  private long patienceMillis() {
    Timer next = timers.peek();
    if (!tasks.isEmpty()) {
      return 1;
    }
    return next == null
        ? TimeUnit.SECONDS.toMillis(1)
        : Math.max(1, TimeUnit.NANOSECONDS.toMillis(next.dueNanos() - System.nanoTime()) + 1);
  }

  private void ready(SelectionKey key) {
    Handler handler = (Handler) key.attachment();
    try {
      if (key.isValid()) {
        handler.ready(key);
      }
    } catch (IOException | RuntimeException | Error e) {
      guarded(() -> handler.failed(e));
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      failures.failed(e);
    }
  }

  private void closeAll() {
    for (SelectionKey key : new ArrayList<>(selector.keys())) {
      Closing.quietly(key.channel());
    }
    Closing.quietly(selector);
  }
}
