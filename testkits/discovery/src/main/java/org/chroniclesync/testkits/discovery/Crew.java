// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.discovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Threads of a test, whose failures are the test's. */
final class Crew {
  /** What a thread does. */
  interface Work {
    void run() throws Exception;
  }

  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Exception | AssertionError e) {
                failures.add(e);
              }
            },
            "junit-crew");
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  void end(Duration patience) throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(patience.toMillis());
      if (thread.isAlive()) {
        throw new AssertionError(
            "a thread does not come back from " + List.of(thread.getStackTrace()));
      }
    }
    for (Throwable failure : failures) {
      throw new AssertionError("a thread failed", failure);
    }
  }
}
