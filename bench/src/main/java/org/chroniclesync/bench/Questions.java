// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;

/** Somebody who searches all the time, on a thread of its own. */
final class Questions {
  private static final int LIMIT = 20;
  private static final long PAUSE_MILLIS = 20;
  private static final double HALF = 0.5;
  private static final double P99 = 0.99;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final History history;
  private final List<String> texts;
  private final Thread thread = new Thread(this::ask, "questions");
  private final List<Long> nanos = new ArrayList<>();
  private final List<Long> used = new ArrayList<>();
  private volatile boolean ended;

  Questions(History history, List<String> texts) {
    this.history = history;
    this.texts = texts;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void ask() {
    try {
      for (int i = 0; !ended; i++) {
        Search search = new Search(texts.get(i % texts.size()), LIMIT);
        long began = System.nanoTime();
        long usedBefore = THREADS.getCurrentThreadCpuTime();
        history.borrow(store -> store.search(search));
        nanos.add(System.nanoTime() - began);
        used.add(THREADS.getCurrentThreadCpuTime() - usedBefore);
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (StorageException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns how many were answered, and in how many milliseconds half of them and 99 of 100. */
  String end() throws InterruptedException {
    ended = true;
    thread.join();
    return String.format(
        Locale.ROOT,
        "%d %.1f %.1f %.1f %.1f",
        nanos.size(),
        percentile(nanos, HALF),
        percentile(nanos, P99),
        percentile(used, HALF),
        percentile(used, P99));
  }

  private static double percentile(List<Long> times, double part) {
    List<Long> sorted = times.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get((int) (sorted.size() * part)) / 1e6;
  }
}
