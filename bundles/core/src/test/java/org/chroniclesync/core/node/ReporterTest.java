// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a reporter says while it is asked is not lost, however long its answer takes. */
@Timeout(600)
class ReporterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Part OIL = new Part("engine", "oil", new Part.Well());

  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final CountDownLatch looked = new CountDownLatch(1);
  private final CountDownLatch hang = new CountDownLatch(1);
  private final CompletableFuture<Runnable> watched = new CompletableFuture<>();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile List<Part> parts = List.of();

  private final Reporter reporter = new Reporter("slow", this::slow, looks::incrementAndGet);

  @AfterEach
  void end() throws Exception {
    executor.shutdownNow();
    assertThat(executor.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private PartReporter slow() {
    return new PartReporter() {
      @Override
      public List<Part> parts() {
        List<Part> now = parts;
        looked.countDown();
        try {
          hang.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return now;
      }

      @Override
      public void watch(Runnable changed) {
        watched.complete(changed);
      }
    };
  }

  private List<Part> look(Duration patience) throws InterruptedException {
    reporter.ask(executor);
    return reporter.answer(System.nanoTime() + patience.toNanos(), false);
  }

  private void changes() throws Exception {
    Runnable changed = watched.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(looked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    parts = List.of(OIL);
    changed.run();
  }

  @Test
  void anAnswerThatMayBeOlderThanAChangeIsAskedForAgain() throws Exception {
    assertThat(look(Duration.ZERO)).extracting(Part::name).containsExactly("slow");
    changes();
    assertThat(looks).hasValue(1);

    hang.countDown();

    assertThat(look(PATIENCE)).isEmpty();
    assertThat(looks).hasValue(2);
    assertThat(look(PATIENCE)).containsExactly(OIL);
    assertThat(looks).hasValue(2);
  }

  @Test
  void anAnswerThatComesWhenNobodyWaitsAnyMoreIsLookedAt() throws Exception {
    look(Duration.ZERO);
    changes();
    look(Duration.ZERO);
    look(Duration.ZERO);
    assertThat(looks).hasValue(1);

    hang.countDown();

    await().atMost(PATIENCE).until(() -> looks.get() == 2);
  }
}
