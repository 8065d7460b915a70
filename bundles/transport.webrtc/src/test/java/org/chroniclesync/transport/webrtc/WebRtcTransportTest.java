// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.Frame;
import org.chroniclesync.api.transport.Peering;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What WebRTC has beyond what every transport is held to: clients of version 1. */
@Timeout(600)
class WebRtcTransportTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private WebRtcTransport one;
  private WebRtcTransport two;

  @BeforeEach
  void start() {
    one = new WebRtcTransport(Pair.config(Map.of()));
    two = new WebRtcTransport(Pair.config(Map.of()));
  }

  @AfterEach
  void stop() {
    one.deactivate();
    two.deactivate();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("chroniclesync-webrtc")));
  }

  @Test
  void framesAndBindingAreWhatTheProtocolSays() throws Exception {
    Pair a = new Pair(one, "a", "b", true);
    Pair b = new Pair(two, "b", "a", true);
    Pair.introduce(a, b);

    a.link.offer();

    Channel left = a.channel();
    assertThat(left.binding().bytes()).hasSize(32);
    assertThat(left.maxFrameBytes()).isEqualTo(262_144);
  }

  /** Often libwebrtc does not know it yet when the channel opens. */
  @RepeatedTest(5)
  void bothTellInTheEndWhichWayTheyAreConnected() throws Exception {
    Pair a = new Pair(one, "a", "b", true);
    Pair b = new Pair(two, "b", "a", true);
    Pair.introduce(a, b);

    a.link.offer();

    a.channel();
    b.channel();
    await().atMost(PATIENCE).until(() -> isWayKnown(a) && isWayKnown(b));
  }

  private static boolean isWayKnown(Pair end) {
    return end.report.stage() == AttemptReport.Stage.OPEN
        && end.report.pairs().stream()
            .anyMatch(pair -> pair.state() == AttemptReport.Pair.State.USED);
  }

  /** Else the binding would be made of the one and the connection secured by the other. */
  @Test
  void aCertificateBesideThePeersIsRefused() throws Exception {
    Pair ann = new Pair(one, "a", "b", false);
    Pair mallory = new Pair(two, "b", "a", false);
    ann.signalsTo(mallory.link::signal);
    mallory.signalsTo(answer -> ann.link.signal(withBobsCertificate((Signal.Answer) answer)));

    ann.link.offer();

    assertThat(ann.failure()).contains("names no certificate, or several");
    assertThat(ann.channels).isEmpty();
  }

  private static Signal withBobsCertificate(Signal.Answer answer) {
    String bobs = "a=fingerprint:sha-256 " + "B0:".repeat(31) + "B0\r\n";
    return new Signal.Answer(answer.sdp().replaceFirst("(?m)^m=", bobs + "m="));
  }

  /** All of this client's addresses are those of this machine. */
  @Test
  void aClientThatHasNotProvedTheKeyConnects() throws Exception {
    Pair a = new Pair(one, new Peering(new PeerId("a"), new PeerId("b"), true, false));
    LegacyEnd b = new LegacyEnd(LegacyEnd.Glare.YIELDS, a.link::signal);
    try {
      a.signalsTo(b::signal);

      b.offer();

      a.channel().send(new Frame.Text("hello"));
      await().atMost(PATIENCE).until(() -> b.received.contains("hello"));
    } finally {
      b.close();
    }
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
}
