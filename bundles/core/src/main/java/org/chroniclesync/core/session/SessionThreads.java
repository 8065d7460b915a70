// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.transport.ChannelClosedException;

/**
 * The threads of a session: each does one thing until the session ends, and what it throws ends the
 * session. Safe for any thread.
 */
final class SessionThreads {
  private final Consumer<Throwable> failed;
  private final List<Thread> threads = new ArrayList<>();
  private boolean ended;

  /** What a thread does. */
  interface Work {
    void run() throws ChannelClosedException, InterruptedException, StorageException;
  }

  /** Tells {@code failed}, on the thread concerned, of what its work throws. */
  SessionThreads(Consumer<Throwable> failed) {
    this.failed = failed;
  }

  /** Starts a thread, unless the session has ended. */
  synchronized void start(String role, Work work) {
    if (!ended) {
      Thread thread = DaemonThreads.make("chroniclesync-session-" + role, () -> run(work));
      threads.add(thread);
      thread.start();
    }
  }

  private void run(Work work) {
    try {
      work.run();
    } catch (ChannelClosedException
        | InterruptedException
        | StorageException
        | RuntimeException
        | Error e) {
      // Errors, too: a bundle that is taken away under our hands shows as one, and a session
      // without its thread would look alive until the node stops.
      failed.accept(e);
    }
  }

  /** Ends the threads, soon. */
  synchronized void end() {
    ended = true;
    for (Thread thread : threads) {
      if (thread != Thread.currentThread()) {
        thread.interrupt();
      }
    }
  }

  /** Returns false if one still ran at the deadline, in {@link System#nanoTime}. */
  boolean join(long deadline) throws InterruptedException {
    List<Thread> all;
    synchronized (this) {
      all = List.copyOf(threads);
    }
    boolean over = true;
    for (Thread thread : all) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      thread.join(Math.max(1, left));
      over &= !thread.isAlive();
    }
    return over;
  }
}
