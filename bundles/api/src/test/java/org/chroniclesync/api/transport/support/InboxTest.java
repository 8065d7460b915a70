// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.CloseReason.Kind;
import org.chroniclesync.api.transport.Frame;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
class InboxTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Frame ONE = new Frame.Text("one");
  private static final Frame TWO = new Frame.Text("two");
  private static final Frame THREE = new Frame.Text("three");
  private static final int BYTES = 1_000;
  private static final CloseReason CLOSED = new CloseReason(Kind.LOCAL, "closed by the test");

  private final Inbox inbox = new Inbox(2 * (BYTES + Inbox.FRAME_OVERHEAD_BYTES));

  private static Kind endOf(Inbox inbox) {
    try {
      Frame more = inbox.take(PATIENCE);
      throw new AssertionError("no end, but " + more);
    } catch (ChannelClosedException e) {
      return e.reason().kind();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void framesAreTakenInOrder() throws Exception {
    inbox.put(ONE, BYTES);
    assertThat(inbox.offer(TWO, BYTES)).isNull();

    assertThat(inbox.take(PATIENCE)).isEqualTo(ONE);
    assertThat(inbox.take(PATIENCE)).isEqualTo(TWO);
    assertThat(inbox.take(Duration.ZERO)).isNull();
  }

  /** Else the receiver would miss one in the middle, and version 1 would not notice. */
  @Test
  void c4_afterAFrameForWhichThereIsNoRoomNoneIsTakenIn() throws Exception {
    inbox.offer(ONE, BYTES);
    inbox.offer(TWO, BYTES);

    assertThat(inbox.offer(THREE, BYTES))
        .isNotNull()
        .extracting(CloseReason::kind)
        .isEqualTo(Kind.VIOLATION);
    assertThat(inbox.take(PATIENCE)).isEqualTo(ONE);
    assertThat(inbox.offer(THREE, 0)).isNull();
    inbox.put(THREE, 0);

    assertThat(inbox.take(PATIENCE)).isEqualTo(TWO);
    assertThat(endOf(inbox)).isEqualTo(Kind.VIOLATION);
  }

  @Test
  void c4_oneFrameAlwaysHasRoom() throws Exception {
    Inbox small = new Inbox(1);
    assertThat(small.offer(ONE, BYTES)).isNull();
    assertThat(small.take(PATIENCE)).isEqualTo(ONE);
    small.put(TWO, BYTES);
    assertThat(small.take(PATIENCE)).isEqualTo(TWO);
  }

  @Test
  void c4_emptyFramesCountToo() {
    int fit = 0;
    while (inbox.offer(ONE, 0) == null) {
      fit++;
    }
    assertThat(fit)
        .isEqualTo(2 * (BYTES + Inbox.FRAME_OVERHEAD_BYTES) / Inbox.FRAME_OVERHEAD_BYTES);
  }

  @RepeatedTest(50)
  void c4_whoeverPutsWaitsForRoom() throws Exception {
    Inbox small = new Inbox(1);
    small.put(ONE, BYTES);
    assertThat(small.isFull()).isFalse();
    CompletableFuture<Void> second = putting(small, TWO);
    awaitFull(small);

    assertThat(second).isNotDone();
    assertThat(small.take(PATIENCE)).isEqualTo(ONE);
    second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

    assertThat(small.isFull()).isFalse();
    assertThat(small.take(PATIENCE)).isEqualTo(TWO);
  }

  @RepeatedTest(50)
  void c5_theEndFreesThoseThatWait() throws Exception {
    Inbox small = new Inbox(1);
    CountDownLatch waiting = new CountDownLatch(1);
    CompletableFuture<Kind> taking =
        CompletableFuture.supplyAsync(
            () -> {
              waiting.countDown();
              return endOf(inbox);
            });
    waiting.await();
    small.put(ONE, BYTES);
    CompletableFuture<Void> second = putting(small, TWO);
    awaitFull(small);

    small.end(CLOSED);
    inbox.end(CLOSED);

    second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(taking.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Kind.LOCAL);
    assertThat(small.take(PATIENCE)).isEqualTo(ONE);
    assertThat(endOf(small)).isEqualTo(Kind.LOCAL);
  }

  @Test
  void c6_theFirstReasonStays() {
    inbox.end(CLOSED);
    inbox.end(new CloseReason(Kind.LOST, "later"));
    assertThat(endOf(inbox)).isEqualTo(Kind.LOCAL);
  }

  @Test
  void c9_anInterruptedPutLeavesTheFrameOut() throws Exception {
    Inbox small = new Inbox(1);
    small.put(ONE, BYTES);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> small.put(TWO, BYTES)).isInstanceOf(InterruptedException.class);

    assertThat(small.isFull()).isFalse();
    assertThat(small.take(PATIENCE)).isEqualTo(ONE);
    assertThat(small.take(Duration.ZERO)).isNull();
  }

  private static CompletableFuture<Void> putting(Inbox into, Frame frame) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            into.put(frame, BYTES);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static void awaitFull(Inbox full) {
    while (!full.isFull()) {
      Thread.onSpinWait();
    }
  }
}
