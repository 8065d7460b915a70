// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.chroniclesync.api.sync.Part;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class EventLoopTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private final FailureLog failures = new FailureLog(Clock.systemUTC());
  private final EventLoop loop = new EventLoop("loop-test", failures);
  private final EventLoop other = new EventLoop("another loop", failures);

  @AfterEach
  void stop() throws InterruptedException {
    loop.close(Duration.ofSeconds(10));
    other.close(Duration.ofSeconds(10));
  }

  @Test
  void whatATaskThrowsIsSaidUntilTheTaskSucceeds() {
    AtomicInteger broken = new AtomicInteger(1);
    loop.every(
        Duration.ofMillis(1),
        () -> {
          if (broken.get() > 0) {
            throw new NoClassDefFoundError("of the test");
          }
        });
    // One that goes well tells nothing of the others.
    AtomicInteger rounds = new AtomicInteger();
    loop.every(Duration.ofMillis(1), rounds::incrementAndGet);

    await().atMost(PATIENCE).until(() -> !failures.engine().parts().isEmpty() && rounds.get() > 10);
    assertThat(failures.engine().parts())
        .singleElement()
        .satisfies(
            part -> {
              assertThat(part.kind()).isEqualTo("engine");
              assertThat(part.name()).isEqualTo("loop-test");
              Part.Trouble trouble = (Part.Trouble) part.state();
              assertThat(trouble.cause()).contains("NoClassDefFoundError: of the test");
              assertThat(trouble.remedy()).contains("restart it");
            });
    assertThat(failures.newestFirst()).hasSize(1);
    broken.set(0);
    await().atMost(PATIENCE).until(() -> failures.engine().parts().isEmpty());
  }

  @Test
  void whatAnEventThrowsIsSaidAndEndsNothing() throws Exception {
    CountDownLatch after = new CountDownLatch(1);
    loop.post(
        () -> {
          throw new IllegalStateException("of the test");
        });
    loop.post(after::countDown);
    after.await();

    assertThat(failures.engine().parts()).hasSize(1);
  }

  @Test
  void whatAnEventThrowsThatIsDroppedIsSaid() throws Exception {
    loop.close(Duration.ofSeconds(10));
    loop.post(
        new EventLoop.Event() {
          @Override
          public void run() {}

          @Override
          public void dropped() {
            throw new IllegalStateException("of the test");
          }
        });
    assertThat(failures.engine().parts()).hasSize(1);
  }

  /** Nothing shows that the fault of an event is gone. */
  @Test
  void theFaultOfAnEventIsSaidForAnHour() {
    AtomicLong nanos = new AtomicLong();
    EngineFaults faults = new EngineFaults(failures, nanos::get);
    faults.failed("loop", "an event", new IllegalStateException("of the test"));
    faults.succeeded("loop", "another task");
    nanos.set(Duration.ofMinutes(59).toNanos());
    assertThat(faults.parts()).hasSize(1);
    nanos.set(Duration.ofMinutes(61).toNanos());
    assertThat(faults.parts()).isEmpty();
  }

  /** What the other loop does fifty times takes five seconds at least. */
  @Test
  void aLoopThatRepeatsSomethingSleepsUntilItIsDue() {
    loop.every(Duration.ofHours(1), () -> {});
    Thread thread = threadOf(loop);
    AtomicInteger rounds = new AtomicInteger();
    other.every(Duration.ofMillis(100), rounds::incrementAndGet);

    await().atMost(Duration.ofSeconds(50)).until(() -> rounds.get() >= 50);

    assertThat(thread.isAlive()).isTrue();
    assertThat(ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId()).getWaitedCount())
        .isLessThanOrEqualTo(3);
  }

  @Test
  void aLoopWithNothingToDoHasNoThread() {
    Thread thread = threadOf(loop);

    await().atMost(PATIENCE).until(() -> !thread.isAlive());
  }

  private static Thread threadOf(EventLoop loop) {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    loop.post(() -> thread.complete(Thread.currentThread()));
    return thread.join();
  }
}
