// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
class SerialExecutorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BRIEF = Duration.ofMillis(50);
  private static final String NAME = "serial-executor-test";

  private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());
  private final SerialExecutor executor = new SerialExecutor(NAME, failures::add);

  @AfterEach
  void noThreadIsLeft() throws InterruptedException {
    executor.close(() -> {}, PATIENCE);
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(NAME)) {
        thread.join(PATIENCE.toMillis());
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  private void hang(CountDownLatch entered) {
    entered.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      done.add("interrupted");
    }
  }

  @RepeatedTest(50)
  void tasksRunInOrderAndOneAtATime() {
    AtomicInteger inside = new AtomicInteger();
    for (int i = 0; i < 1_000; i++) {
      String name = "" + i;
      executor.execute(
          () -> {
            done.add(inside.getAndIncrement() + " " + name);
            inside.decrementAndGet();
          });
    }

    assertThat(executor.close(() -> done.add("last"), PATIENCE)).isTrue();

    assertThat(done).hasSize(1_001).endsWith("0 999", "last");
    for (int i = 0; i < 1_000; i++) {
      assertThat(done.get(i)).isEqualTo("0 " + i);
    }
  }

  @Test
  void whatATaskThrowsCostsThatTaskOnly() {
    Error error = new NoClassDefFoundError("as in a hot swap");
    RuntimeException exception = new IllegalStateException("as in any part");
    CompletableFuture<Thread> before = new CompletableFuture<>();
    CompletableFuture<Thread> after = new CompletableFuture<>();
    executor.execute(() -> before.complete(Thread.currentThread()));
    executor.execute(
        () -> {
          throw error;
        });
    executor.schedule(
        Duration.ofMillis(1),
        () -> {
          throw exception;
        });
    executor.schedule(Duration.ofMillis(2), () -> after.complete(Thread.currentThread()));

    assertThat(after.join()).isEqualTo(before.join());
    assertThat(failures).containsExactly(error, exception);
  }

  @Test
  void whoeverIsToldOfAFailureMayThrowToo() {
    SerialExecutor other =
        new SerialExecutor(
            NAME,
            failure -> {
              throw new AssertionError(failure);
            });
    other.execute(
        () -> {
          throw new IllegalStateException();
        });

    assertThat(other.close(() -> done.add("last"), PATIENCE)).isTrue();

    assertThat(done).containsExactly("last");
  }

  @Test
  void aTaskThatWasTakenBackDoesNotRun() {
    executor.schedule(BRIEF, () -> done.add("taken back")).cancel(false);
    CompletableFuture<Boolean> later = new CompletableFuture<>();
    executor.schedule(BRIEF.multipliedBy(2), () -> later.complete(true));

    assertThat(later.join()).isTrue();
    assertThat(done).isEmpty();
  }

  @Test
  void afterTheEndNothingRuns() {
    executor.schedule(PATIENCE, () -> done.add("not due"));

    assertThat(executor.close(() -> done.add("last"), PATIENCE)).isTrue();
    executor.execute(() -> done.add("late"));
    assertThat(executor.schedule(Duration.ZERO, () -> done.add("late")).isDone()).isTrue();
    assertThat(executor.close(() -> done.add("again"), PATIENCE)).isTrue();

    assertThat(done).containsExactly("last");
    assertThat(failures).isEmpty();
  }

  @RepeatedTest(50)
  void whoeverClosesReturnsWhenItIsOver() throws Exception {
    List<Thread> closers = new ArrayList<>();
    List<Boolean> over = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < 4; i++) {
      Thread closer =
          new Thread(
              () -> {
                awaitQuietly(go);
                executor.close(() -> done.add("last"), PATIENCE);
                over.add(done.equals(List.of("task", "last")));
              });
      closer.start();
      closers.add(closer);
    }
    executor.execute(() -> done.add("task"));
    go.countDown();
    for (Thread closer : closers) {
      closer.join();
    }
    assertThat(over).containsExactly(true, true, true, true);
  }

  @RepeatedTest(50)
  void whatIsHandedOverWhileItEndsRunsBeforeTheLastOrNotAtAll() throws Exception {
    Thread other =
        new Thread(
            () -> {
              for (int i = 0; i < 500; i++) {
                executor.execute(() -> done.add("task"));
              }
            });
    other.start();
    executor.close(() -> done.add("last"), PATIENCE);
    other.join();

    assertThat(done).endsWith("last").containsOnlyOnce("last");
  }

  @Test
  void aTaskThatDoesNotReturnIsInterruptedAndTheRestDropped() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    executor.execute(() -> hang(entered));
    executor.execute(() -> done.add("behind"));
    entered.await();

    assertThat(executor.close(() -> done.add("last"), BRIEF)).isFalse();

    assertThat(done).containsExactly("interrupted");
  }

  @Test
  void anInterruptOfTheCloserCutsTheWaitShortAndIsKept() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    executor.execute(() -> hang(entered));
    entered.await();
    Thread.currentThread().interrupt();

    assertThat(executor.close(() -> {}, PATIENCE)).isFalse();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(done).containsExactly("interrupted");
  }

  @Test
  void itsOwnThreadMustNotWaitForItsEnd() {
    CompletableFuture<Void> refused = new CompletableFuture<>();
    executor.execute(
        () -> {
          try {
            executor.close(() -> {}, PATIENCE);
            refused.complete(null);
          } catch (IllegalStateException e) {
            refused.completeExceptionally(e);
          }
        });

    assertThatThrownBy(refused::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(executor.isCurrent()).isFalse();
  }

  @RepeatedTest(50)
  void itsOwnThreadMayBeginTheEnd() {
    CompletableFuture<Boolean> begun = new CompletableFuture<>();
    executor.execute(
        () -> {
          executor.shutdown(() -> done.add("last"));
          executor.execute(() -> done.add("late"));
          begun.complete(executor.isCurrent());
        });

    assertThat(begun.join()).isTrue();
    assertThat(executor.close(() -> done.add("second"), PATIENCE)).isTrue();

    assertThat(done).containsExactly("last");
  }

  @Test
  void aThreadThatCannotBeMadeIsSaid() {
    SerialExecutor none =
        new SerialExecutor(
            task -> {
              throw new OutOfMemoryError("unable to create native thread, says the test");
            },
            failures::add);

    assertThat(none.close(() -> done.add("last"), PATIENCE)).isFalse();

    assertThat(failures).singleElement().isInstanceOf(OutOfMemoryError.class);
    assertThat(done).isEmpty();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
