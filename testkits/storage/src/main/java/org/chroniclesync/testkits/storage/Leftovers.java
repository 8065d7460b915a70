// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a store leaves behind.
 *
 * @param before the threads that were there before it
 * @param folder where it keeps its files
 */
record Leftovers(Set<Thread> before, Path folder) {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final long DEADLINE_SECONDS = 20;

  /** The JVM starts these when it likes. */
  private static final Set<String> GROUPS_OF_THE_JVM = Set.of("system", "InnocuousThreadGroup");

  static Leftovers watch(Path folder) {
    return new Leftovers(new HashSet<>(Thread.getAllStackTraces().keySet()), folder);
  }

  /** Returns the threads that are still there after a while in which they could have ended. */
  List<String> threads() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (isNew(thread)) {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        thread.join(Math.max(1, millis));
      }
    }
    return Thread.getAllStackTraces().keySet().stream()
        .filter(this::isNew)
        .map(Thread::getName)
        .toList();
  }

  private boolean isNew(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return !before.contains(thread)
        && group != null
        && !GROUPS_OF_THE_JVM.contains(group.getName())
        && !thread.getName().startsWith("ForkJoinPool.commonPool");
  }

  /** Returns the open files in the folder; none where the system does not tell. */
  List<String> files() throws IOException {
    if (!Files.isDirectory(DESCRIPTORS)) {
      return List.of();
    }
    String ours = folder.toRealPath().toString();
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
      return descriptors.map(Leftovers::target).filter(path -> path.startsWith(ours)).toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      // It was closed meanwhile, which is what we hope for.
      return "";
    }
  }
}
