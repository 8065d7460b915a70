// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.support.DaemonThreads;

/** Threads for calls of parts that may hang: each call has its own, and keeps only that one. */
public final class Workers {
  private static final long IDLE_SECONDS = 1;

  private Workers() {}

  /** Makes a pool without a thread; all of its threads have that name. */
  public static ExecutorService named(String name) {
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        DaemonThreads.named(name));
  }
}
