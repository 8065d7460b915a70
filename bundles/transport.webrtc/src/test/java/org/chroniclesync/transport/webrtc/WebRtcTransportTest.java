// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Frame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real libwebrtc at both ends, in one process. */
@Timeout(180)
class WebRtcTransportTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MAX_BYTES = 262_144;

  private WebRtcTransport one;
  private WebRtcTransport two;

  @BeforeEach
  void start() {
    one = new WebRtcTransport(Pair.config(Map.of()));
    two = new WebRtcTransport(Pair.config(Map.of("receiveBufferBytes", 8 * MAX_BYTES)));
  }

  @AfterEach
  void stop() throws InterruptedException {
    one.deactivate();
    two.deactivate();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("chroniclesync-webrtc")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneOffersAndBothAreConnected(boolean trickles) throws Exception {
    Pair a = new Pair(one, "a", "b", trickles);
    Pair b = new Pair(two, "b", "a", trickles);
    Pair.introduce(a, b);

    a.link.offer();

    Channel left = a.channel();
    Channel right = b.channel();
    assertThat(left.binding()).isEqualTo(right.binding());
    assertThat(left.binding().bytes()).hasSize(32);
    assertThat(left.maxFrameBytes()).isEqualTo(MAX_BYTES);
    exchange(left, right);
  }

  @RepeatedTest(5)
  void twoNodesThatOfferAtOnceEndWithOneChannel() throws Exception {
    Pair a = new Pair(one, "a", "b", true);
    Pair b = new Pair(two, "b", "a", true);
    Pair.introduce(a, b);

    a.link.offer();
    b.link.offer();

    exchange(a.channel(), b.channel());
    assertThat(a.channels).isEmpty();
    assertThat(b.channels).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(LegacyEnd.Glare.class)
  void glareWithAClientOfVersionOneEndsWithOneChannel(LegacyEnd.Glare glare) throws Exception {
    Pair a = new Pair(one, "a", "b", true);
    LegacyEnd b = new LegacyEnd(glare, a.link::signal);
    try {
      a.signalsTo(b::signal);

      a.link.offer();
      b.offer();

      Channel channel = a.channel();
      channel.send(new Frame.Text("hello"));
      await().atMost(PATIENCE).until(() -> b.received.contains("hello"));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                b.sendOnAll("echo");
                return channel.receive(Duration.ofMillis(50)) != null;
              });
      assertThat(a.channels).isEmpty();
    } finally {
      b.close();
    }
  }

  @Test
  void framesArriveWholeAndInOrder() throws Exception {
    Channel[] ends = connect();
    String longest = "x".repeat(MAX_BYTES);
    CompletableFuture<Void> sender =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; i < 1_000; i++) {
                  ends[0].send(new Frame.Text("frame " + i + " é"));
                }
                ends[0].send(new Frame.Text(longest));
                ends[0].send(new Frame.Binary(new byte[] {1, 2, 3}));
              } catch (ChannelClosedException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });

    for (int i = 0; i < 1_000; i++) {
      assertThat(ends[1].receive(PATIENCE)).isEqualTo(new Frame.Text("frame " + i + " é"));
    }
    assertThat(ends[1].receive(PATIENCE)).isEqualTo(new Frame.Text(longest));
    assertThat(ends[1].receive(PATIENCE))
        .isInstanceOfSatisfying(
            Frame.Binary.class, frame -> assertThat(frame.bytes()).containsExactly(1, 2, 3));
    sender.get();
    assertThat(ends[0].flush(PATIENCE)).isTrue();
  }

  @Test
  void aFrameThatIsTooLongIsRefusedAndTheChannelGoesOn() throws Exception {
    Channel[] ends = connect();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ends[0].send(new Frame.Text("x".repeat(MAX_BYTES + 1))))
        .withMessageContaining("262145");
    exchange(ends[0], ends[1]);
  }

  @Test
  void aPeerThatTakesNothingInIsCutOff() throws Exception {
    Channel[] ends = connect();
    AtomicInteger sent = new AtomicInteger();

    assertThatThrownBy(
            () -> {
              while (sent.get() < 10_000) {
                ends[0].send(new Frame.Text("x".repeat(MAX_BYTES)));
                sent.incrementAndGet();
              }
            })
        .isInstanceOf(ChannelClosedException.class);

    assertThat(sent.get()).isLessThan(100);
    assertThatThrownBy(
            () -> {
              while (true) {
                ends[1].receive(PATIENCE);
              }
            })
        .isInstanceOfSatisfying(
            ChannelClosedException.class,
            e -> assertThat(e.reason().kind()).isEqualTo(CloseReason.Kind.VIOLATION));
  }

  @Test
  void whatArrivedBeforeTheEndIsHandedOut() throws Exception {
    Channel[] ends = connect();
    ends[0].send(new Frame.Text("last words"));
    assertThat(ends[0].flush(PATIENCE)).isTrue();
    // Once this is back, the other has come too: the channel keeps the order.
    ends[1].send(new Frame.Text("understood"));
    assertThat(ends[0].receive(PATIENCE)).isEqualTo(new Frame.Text("understood"));
    ends[0].close();

    assertThat(ends[1].receive(PATIENCE)).isEqualTo(new Frame.Text("last words"));
    assertThatThrownBy(() -> ends[1].receive(PATIENCE)).isInstanceOf(ChannelClosedException.class);
    assertThatThrownBy(() -> ends[0].send(new Frame.Text("more")))
        .isInstanceOf(ChannelClosedException.class);
  }

  @Test
  void anOfferOnAnOpenChannelGivesANewOne() throws Exception {
    Pair a = new Pair(one, "a", "b", true);
    Pair b = new Pair(two, "b", "a", true);
    Pair.introduce(a, b);
    a.link.offer();
    Channel old = a.channel();
    b.channel();

    Pair reborn = new Pair(two, "b", "a", true);
    Pair.introduce(a, reborn);
    reborn.link.offer();

    exchange(a.channel(), reborn.channel());
    old.close();
  }

  @Test
  void afterALossTheLinkOffersAgain() throws Exception {
    Pair a = new Pair(one, "a", "b", true);
    Pair b = new Pair(two, "b", "a", true);
    Pair.introduce(a, b);
    a.link.offer();
    a.channel();
    b.channel().close();

    a.link.offer();

    exchange(a.channel(), b.channel());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"})
  void aHostileOfferFailsAndNothingElse(String sdp) throws Exception {
    Pair a = new Pair(one, "a", "b", true);

    a.link.signal(new Signal.Candidate("0", 0, "candidate:nonsense"));
    a.link.signal(new Signal.Offer(sdp, true));

    assertThat(a.failure()).contains("offer");
  }

  private Channel[] connect() throws InterruptedException {
    Pair a = new Pair(one, "a", "b", true);
    Pair b = new Pair(two, "b", "a", true);
    Pair.introduce(a, b);
    a.link.offer();
    return new Channel[] {a.channel(), b.channel()};
  }

  private static void exchange(Channel left, Channel right) throws Exception {
    left.send(new Frame.Text("from the left"));
    right.send(new Frame.Text("from the right"));
    assertThat(right.receive(PATIENCE)).isEqualTo(new Frame.Text("from the left"));
    assertThat(left.receive(PATIENCE)).isEqualTo(new Frame.Text("from the right"));
  }
}
