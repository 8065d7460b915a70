// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.support.DaemonThreads;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class SharedAnswersTest {
  private static final int PAGES = 50;

  private final TestNode node = new TestNode();
  private final SharedAnswers<String> answers = new SharedAnswers<>();
  private final AtomicInteger made = new AtomicInteger();

  private String answer(String question, @Nullable Long position) throws Exception {
    return new String(answers.answer(question, position, node, this::make), UTF_8);
  }

  private byte[] make(StoreState state) {
    made.incrementAndGet();
    return Long.toString(state.head()).getBytes(UTF_8);
  }

  private long add(String id) throws Exception {
    node.add(TestNode.visit("one", id, "https://a.example/", "", Instant.EPOCH, ""));
    return node.borrow(HistoryStore::state).head();
  }

  @Test
  void fiftyPagesThatAreToldOfTheSameGetOneAnswer() throws Exception {
    long head = add("a");
    for (int i = 0; i < PAGES; i++) {
      assertThat(answer("all", head)).isEqualTo(Long.toString(head));
    }
    assertThat(made).hasValue(1);
    answer("another", head);
    assertThat(made).hasValue(2);
  }

  @Test
  void nobodyGetsOneThatIsOlderThanWhatTheyWereTold() throws Exception {
    long before = add("a");
    answer("all", before);
    long now = add("b");
    assertThat(answer("all", before)).isEqualTo(Long.toString(before));
    assertThat(answer("all", now)).isEqualTo(Long.toString(now));
    assertThat(answer("all", before)).isEqualTo(Long.toString(now));
    assertThat(made).hasValue(2);
  }

  @Test
  void whoDoesNotSayWhatTheyWereToldGetsAllThatIsThere() throws Exception {
    answer("all", add("a"));
    long now = add("b");
    assertThat(answer("all", null)).isEqualTo(Long.toString(now));
  }

  @Test
  void whatWasDeletedIsNotShownAgain() throws Exception {
    long before = add("a");
    answer("all", before);
    Entry gone = TestNode.visit("one", "a", "https://a.example/", "", Instant.EPOCH, "");
    node.add(gone.tombstone(Long.MAX_VALUE / 2));
    long now = node.borrow(HistoryStore::state).head();
    assertThat(answer("all", before)).isEqualTo(Long.toString(now));
  }

  @Test
  void whoAsksTheSameMeanwhileWaitsForThatAnswer() throws Exception {
    long head = add("a");
    CountDownLatch may = new CountDownLatch(1);
    SharedAnswers.Maker held =
        state -> {
          may.await();
          return make(state);
        };
    List<Thread> asking =
        IntStream.range(0, PAGES)
            .mapToObj(
                i ->
                    DaemonThreads.make(
                        "test-asks",
                        () -> {
                          try {
                            answers.answer("all", head, node, held);
                          } catch (Exception e) {
                            throw new IllegalStateException(e);
                          }
                        }))
            .toList();
    asking.forEach(Thread::start);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                asking.stream()
                    .map(Thread::getState)
                    .allMatch(
                        state -> state == Thread.State.BLOCKED || state == Thread.State.WAITING));
    may.countDown();
    for (Thread thread : asking) {
      thread.join();
    }
    assertThat(made).hasValue(1);
  }

  @Test
  void fewAndSmallOnesAreKept() throws Exception {
    long head = add("a");
    for (int i = 0; i <= SharedAnswers.MAX_ANSWERS; i++) {
      answer("question " + i, head);
    }
    answer("question 0", head);
    assertThat(made).hasValue(SharedAnswers.MAX_ANSWERS + 2);
    for (int i = 0; i < 2; i++) {
      answers.answer(
          "large",
          head,
          node,
          state -> {
            made.incrementAndGet();
            return new byte[SharedAnswers.MAX_BYTES + 1];
          });
    }
    assertThat(made).hasValue(SharedAnswers.MAX_ANSWERS + 4);
  }
}
