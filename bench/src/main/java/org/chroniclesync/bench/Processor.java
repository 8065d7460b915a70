// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What this process has used of a processor.
 *
 * @param nanos all of it
 * @param nanosByThread what its Java threads have used, by their names
 */
record Processor(long nanos, Map<String, Long> nanosByThread) {
  private static final int MOST_THREADS = 3;

  static Processor now() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<String, Long> byThread = new HashMap<>();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null) {
        long used = Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
        byThread.merge(thread.getThreadName(), used, Long::sum);
      }
    }
    return new Processor(system.getProcessCpuTime(), byThread);
  }

  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /** Tells what was used in between, and by which threads most of it. */
  String since(Processor before) {
    Map<String, Long> used = new HashMap<>();
    nanosByThread.forEach(
        (name, time) -> used.put(name, time - before.nanosByThread.getOrDefault(name, 0L)));
    long ofThreads = used.values().stream().mapToLong(Long::longValue).sum();
    used.put("compiler, collector and native threads", nanos - before.nanos - ofThreads);
    return (millis() - before.millis())
        + " ms, most of them by "
        + used.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .limit(MOST_THREADS)
            .map(one -> one.getKey() + " (" + TimeUnit.NANOSECONDS.toMillis(one.getValue()) + ")")
            .collect(Collectors.joining(", "));
  }
}
