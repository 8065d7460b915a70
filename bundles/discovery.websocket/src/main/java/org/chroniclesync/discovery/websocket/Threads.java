// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.support.DaemonThreads;

/**
 * All threads of one membership, so that all can be ended with it, and no others.
 *
 * <p>In Java 17 an HttpClient cannot be closed: its selector thread lives until the client happens
 * to be collected, with its sockets. But an interrupt ends that thread in good order, and it can be
 * found by its group, which is that of the thread that made the client. So the client is made by a
 * thread whose group nobody else is in. Not so the thread on which listeners are called: the
 * threads that a listener starts would be in that group as well.
 */
final class Threads implements ThreadFactory {
  private static final AtomicInteger MEMBERSHIPS = new AtomicInteger();
  private static final long INTERRUPT_AGAIN_MILLIS = 100;

  private final String name = "chroniclesync-discovery-" + MEMBERSHIPS.incrementAndGet();
  private final ThreadGroup usual = Thread.currentThread().getThreadGroup();
  private final Set<Thread> all = ConcurrentHashMap.newKeySet();
  private final AtomicInteger made = new AtomicInteger();

  @Override
  public Thread newThread(Runnable work) {
    return newThread(usual, work);
  }

  private Thread newThread(ThreadGroup group, Runnable work) {
    all.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    Thread thread = DaemonThreads.make(group, name + "-" + made.incrementAndGet(), work);
    all.add(thread);
    return thread;
  }

  /**
   * Makes something that starts threads; these belong to the membership.
   *
   * @throws InterruptedException if the membership ends
   */
  <T> T make(Callable<T> maker) throws InterruptedException {
    ThreadGroup group = new ThreadGroup(usual, name);
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              T thing = maker.call();
              all.addAll(living(group));
              return thing;
            });
    newThread(group, task).start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static List<Thread> living(ThreadGroup group) {
    Thread[] threads = new Thread[group.activeCount() + 8];
    return Arrays.asList(Arrays.copyOf(threads, group.enumerate(threads)));
  }

  /** Tells whether the calling thread is one of these. */
  boolean isCurrent() {
    return all.contains(Thread.currentThread());
  }

  /**
   * Interrupts all and waits for their end. No new ones are made meanwhile but by {@link #make}.
   *
   * @return true if none is left
   */
  boolean end(long timeoutMillis) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    boolean interrupted = false;
    while (!living().isEmpty() && deadline - System.nanoTime() > 0) {
      // Again, for one may have been started only now, and one may have lost the interrupt.
      living().forEach(Thread::interrupt);
      for (Thread thread : living()) {
        interrupted |= !join(thread);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    // Since Java 19 a thread keeps its task when it has ended: of these, one made the client.
    all.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    return living().isEmpty();
  }

  private List<Thread> living() {
    return all.stream().filter(Thread::isAlive).toList();
  }

  private static boolean join(Thread thread) {
    try {
      thread.join(INTERRUPT_AGAIN_MILLIS);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
