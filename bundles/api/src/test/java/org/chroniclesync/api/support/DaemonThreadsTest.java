// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Red from Java 19 on where a thread is made in the plain way. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class DaemonThreadsTest {
  @Test
  void aThreadThatHasEndedHoldsNothingOfItsTask() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    WeakReference<Object> task = start(ran);
    ran.get().join();

    untilCollected(task);

    assertThat(ran.get().isAlive()).isFalse();
    assertThat(ran.get().isDaemon()).isTrue();
  }

  private static WeakReference<Object> start(CompletableFuture<Thread> ran) {
    Runnable task = new Task(ran);
    Thread thread = DaemonThreads.make("test", task);
    ran.complete(thread);
    thread.start();
    return new WeakReference<>(task);
  }

  private record Task(CompletableFuture<Thread> ran) implements Runnable {
    @Override
    public void run() {
      assertThat(Thread.currentThread()).isSameAs(ran.join());
    }
  }

  @Test
  void aThreadOfAPoolThatHasEndedHoldsNothingOfThePool() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    WeakReference<ThreadPoolExecutor> pool = poolThatHasEnded(ran);

    untilCollected(pool);

    assertThat(ran.get().getName()).isEqualTo("test-pool");
  }

  private static WeakReference<ThreadPoolExecutor> poolThatHasEnded(CompletableFuture<Thread> ran)
      throws Exception {
    ThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(1, DaemonThreads.named("test-pool"));
    pool.execute(() -> ran.complete(Thread.currentThread()));
    pool.shutdown();
    assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    ran.get().join();
    return new WeakReference<>(pool);
  }

  private static void untilCollected(WeakReference<?> reference) throws InterruptedException {
    while (reference.get() != null) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
