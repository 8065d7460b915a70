// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SessionThreadsTest {
  /** Red from Java 19 on while the thread kept its task. */
  @Test
  void aThreadThatHasEndedHoldsNothingOfTheSession() throws Exception {
    CompletableFuture<Thread> ran = new CompletableFuture<>();
    WeakReference<Object> session = start(ran);
    Thread thread = ran.get();
    thread.join();

    await()
        .until(
            () -> {
              System.gc();
              return session.get() == null;
            });

    assertThat(thread.isAlive()).isFalse();
  }

  private static WeakReference<Object> start(CompletableFuture<Thread> ran) {
    Object session = new Object();
    new SessionThreads(thrown -> ran.completeExceptionally(new AssertionError(session.toString())))
        .start("test", () -> ran.complete(Thread.currentThread()));
    return new WeakReference<>(session);
  }
}
