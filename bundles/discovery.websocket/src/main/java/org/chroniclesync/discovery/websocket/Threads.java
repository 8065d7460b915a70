// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.util.Arrays;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All threads of one membership, so that all can be ended with it.
 *
 * <p>In Java 17 an HttpClient cannot be closed: its selector thread lives until the client happens
 * to be collected, with its sockets. But that thread belongs to the group of the thread that made
 * the client, and an interrupt ends it in good order.
 */
final class Threads implements ThreadFactory {
  private static final AtomicInteger MEMBERSHIPS = new AtomicInteger();

  private final ThreadGroup group =
      new ThreadGroup("chroniclesync-discovery-" + MEMBERSHIPS.incrementAndGet());
  private final AtomicInteger made = new AtomicInteger();

  @Override
  public Thread newThread(Runnable work) {
    Thread thread = new Thread(group, work, group.getName() + "-" + made.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  /** Tells whether the calling thread is one of these. */
  boolean isCurrent() {
    return Thread.currentThread().getThreadGroup() == group;
  }

  /**
   * Interrupts all and waits for their end.
   *
   * @return true if none is left
   */
  boolean end(long timeoutMillis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    group.interrupt();
    boolean interrupted = false;
    for (Thread thread : living()) {
      interrupted |= !join(thread, deadline);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return living().length == 0;
  }

  private static boolean join(Thread thread, long deadline) {
    try {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      thread.join(Math.max(1, left));
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private Thread[] living() {
    Thread[] threads = new Thread[group.activeCount() + 8];
    return Arrays.copyOf(threads, group.enumerate(threads));
  }
}
