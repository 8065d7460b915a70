// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.support;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Makes the threads of a part. They keep no process alive, and hold on to nothing of their task
 * once it runs.
 *
 * <p>The second matters where bundles are replaced. Since Java 19 a thread that has ended keeps its
 * task, and a framework may keep the thread that loaded a class. A part with threads of its own
 * making would stay with them, with its classes, for as long as the framework runs.
 */
@ProviderType
public final class DaemonThreads {
  private DaemonThreads() {}

  /**
   * Makes a thread in the group of the calling thread. It is not started.
   *
   * @param name its name
   * @param task what it does; done once
   * @return the thread
   */
  public static Thread make(String name, Runnable task) {
    return make(null, name, task);
  }

  /**
   * Makes a thread. It is not started.
   *
   * @param group its group, or null for that of the calling thread
   * @param name its name
   * @param task what it does; done once
   * @return the thread
   */
  public static Thread make(@Nullable ThreadGroup group, String name, Runnable task) {
    Thread thread = new Thread(group, new Once(task), name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Returns what makes threads that all have the same name.
   *
   * @param name their name
   * @return the factory; safe for any thread
   */
  public static ThreadFactory named(String name) {
    return task -> make(name, task);
  }

  private static final class Once implements Runnable {
    private final AtomicReference<@Nullable Runnable> kept;

    Once(Runnable task) {
      kept = new AtomicReference<>(task);
    }

    @Override
    public void run() {
      Runnable task = kept.getAndSet(null);
      if (task != null) {
        task.run();
      }
    }
  }
}
