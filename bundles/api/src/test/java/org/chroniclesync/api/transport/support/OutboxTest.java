// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.transport.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.CloseReason.Kind;
import org.chroniclesync.api.transport.Frame;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 600, unit = TimeUnit.SECONDS)
class OutboxTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final CloseReason CLOSED = new CloseReason(Kind.LOCAL, "closed by the test");
  private static final WireFrame ONE = frame(600);
  private static final WireFrame TWO = frame(600);

  private final Outbox outbox = new Outbox(1_000);

  private static WireFrame frame(int bytes) {
    return WireFrame.of(new Frame.Binary(new byte[bytes]), bytes);
  }

  private CompletableFuture<Void> putting(WireFrame frame) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            outbox.put(frame);
          } catch (ChannelClosedException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @RepeatedTest(50)
  void c4_whoeverPutsWaitsUntilThereIsRoom() throws Exception {
    outbox.put(ONE);
    CompletableFuture<Void> second = putting(TWO);

    WireFrame first = outbox.take();
    assertThat(first).isSameAs(ONE);
    // What is being written still takes up its room.
    assertThat(second).isNotDone();
    outbox.written(ONE);

    second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(outbox.take()).isSameAs(TWO);
  }

  @Test
  void c4_oneFrameAlwaysHasRoom() throws Exception {
    WireFrame large = frame(5_000);
    outbox.put(large);
    assertThat(outbox.take()).isSameAs(large);
  }

  @RepeatedTest(50)
  void c5_theEndFreesThoseThatWait() throws Exception {
    outbox.put(ONE);
    CompletableFuture<Void> second = putting(TWO);

    outbox.end(CLOSED);

    assertThatThrownBy(() -> second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(ChannelClosedException.class);
    assertThat(outbox.take()).isNull();
    assertThat(outbox.isEnded()).isTrue();
    assertThat(outbox.flush(PATIENCE)).isFalse();
    assertThatThrownBy(() -> outbox.put(ONE))
        .isInstanceOfSatisfying(
            ChannelClosedException.class, e -> assertThat(e.reason()).isEqualTo(CLOSED));
  }

  @Test
  void c8_flushedIsWhatWasWritten() throws Exception {
    WireFrame empty = frame(0);
    assertThat(outbox.flush(Duration.ZERO)).isTrue();
    outbox.put(empty);
    assertThat(outbox.flush(Duration.ZERO)).isFalse();
    assertThat(outbox.take()).isSameAs(empty);
    assertThat(outbox.flush(Duration.ZERO)).isFalse();
    outbox.written(empty);
    assertThat(outbox.flush(Duration.ZERO)).isTrue();
  }

  @Test
  void theWriterIsWokenForSomethingElse() throws Exception {
    outbox.wake();
    assertThat(outbox.take()).isNull();
    assertThat(outbox.isEnded()).isFalse();
    outbox.put(ONE);
    assertThat(outbox.take()).isSameAs(ONE);
  }

  @Test
  void c2_aTextCountsAsItsUtf8Bytes() {
    Frame text = new Frame.Text("é".repeat(10));
    assertThat(WireFrame.of(text, 20).frame()).isEqualTo(text);
    assertThatThrownBy(() -> WireFrame.of(text, 19))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("20");
  }
}
