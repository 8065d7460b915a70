// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** By a clock that the test moves. */
@Timeout(600)
class LastingTest {
  private static final long TOOK_NANOS = 50_000_000;

  private final TestNode node = new TestNode();
  private final AtomicLong clock = new AtomicLong();
  private final Lasting<String, Long> lasting = new Lasting<>(clock::get);
  private final AtomicInteger made = new AtomicInteger();
  private boolean complete = true;

  private Lasting.Found<Long> asked() throws Exception {
    return lasting.answer("all", node, this::make);
  }

  private Lasting.Found<Long> make() throws StorageException, InterruptedException {
    made.incrementAndGet();
    clock.addAndGet(TOOK_NANOS);
    return new Lasting.Found<>(node.borrow(HistoryStore::state).entries(), complete);
  }

  private static Entry visit(int number) {
    return TestNode.visit("one", "v" + number, "https://a.example/", "", Instant.EPOCH, "");
  }

  private void add(int from, int count) throws Exception {
    List<Entry> visits = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      visits.add(visit(i));
    }
    for (int i = 0; i < count; i += 500) {
      node.add(visits.subList(i, Math.min(count, i + 500)).toArray(Entry[]::new));
    }
  }

  @Test
  void whileVisitsComeWhatIsDearIsFoundAgainAfterNineTimesAsLong() throws Exception {
    long many = Lasting.MANY;
    add(0, (int) many);
    assertThat(asked()).isEqualTo(new Lasting.Found<>(many, true));
    add((int) many, 1);
    assertThat(asked()).isEqualTo(new Lasting.Found<>(many, false));
    clock.addAndGet(Lasting.REST * TOOK_NANOS - 1);
    assertThat(asked()).isEqualTo(new Lasting.Found<>(many, false));
    clock.incrementAndGet();
    assertThat(asked()).isEqualTo(new Lasting.Found<>(many + 1, true));
    assertThat(made).hasValue(2);
  }

  @Test
  void whatTookVeryLongDoesForTwoSecondsAtMost() throws Exception {
    add(0, Lasting.MANY);
    lasting.answer(
        "all",
        node,
        () -> {
          clock.addAndGet(Lasting.MAX_NANOS);
          return make();
        });
    add(Lasting.MANY, 1);
    clock.addAndGet(Lasting.MAX_NANOS);
    assertThat(asked().current()).isTrue();
    assertThat(made).hasValue(2);
  }

  @Test
  void whileNothingChangesItIsFoundOnce() throws Exception {
    add(0, 1);
    asked();
    clock.addAndGet(100 * Lasting.MAX_NANOS);
    assertThat(asked()).isEqualTo(new Lasting.Found<>(1L, true));
    assertThat(made).hasValue(1);
  }

  @Test
  void whatWasNotAllCountedIsFoundAgain() throws Exception {
    add(0, 1);
    complete = false;
    assertThat(asked().current()).isFalse();
    complete = true;
    assertThat(asked().current()).isTrue();
    assertThat(made).hasValue(2);
  }

  @Test
  void ofFewVisitsNobodyWaitsForTheNewOnes() throws Exception {
    add(0, 1);
    asked();
    add(1, 1);
    assertThat(asked()).isEqualTo(new Lasting.Found<>(2L, true));
  }

  @Test
  void whatWasDeletedIsNotShownAgain() throws Exception {
    add(0, Lasting.MANY);
    asked();
    node.add(visit(0).tombstone(Long.MAX_VALUE / 2));
    asked();
    assertThat(made).hasValue(2);
  }
}
