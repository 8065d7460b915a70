// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.util.concurrent.TimeUnit;

/** Watches what comes from a peer that never stops sending, and remembers the longest pause. */
final class Pulse {
  private static final int LOOK_MILLIS = 2;

  private final NodeInside node;
  private final Thread thread = new Thread(this::run, "pulse");
  private volatile boolean stopped;
  private long seen;
  private long asked;
  private long changedNanos = System.nanoTime();
  private long longestNanos;

  Pulse(NodeInside node) {
    this.node = node;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!stopped) {
      look(node.entriesIn(), System.nanoTime());
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private synchronized void look(long now, long nanos) {
    if (now != seen) {
      longestNanos = Math.max(longestNanos, nanos - changedNanos);
      seen = now;
      changedNanos = nanos;
    }
  }

  /** Returns the longest pause that ended since it was asked the last time. */
  synchronized long longestMillis() {
    long millis = TimeUnit.NANOSECONDS.toMillis(longestNanos);
    longestNanos = 0;
    return millis;
  }

  /** Returns true if anything came since it was asked the last time. */
  synchronized boolean goesOn() {
    boolean more = seen != asked;
    asked = seen;
    return more;
  }

  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
