// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What stays behind when peers connect and part, again and again. {@code -Dsoak.connects=1000} for
 * the long form.
 */
@Timeout(3_600)
class ReconnectTest {
  private static final int CONNECTS = Integer.getInteger("soak.connects", 20);
  private static final int REPORT_EVERY = 100;
  private static final int FRAMES = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What webrtc-java 0.14.0 keeps of each end: an observer of the data channel, thrice. */
  private static final int REFERENCES_OF_AN_END = 3;

  /** Ends that are not freed yet have some more. */
  private static final int REFERENCES_AT_WORK = 20;

  /** The JVM starts compiler and collector threads as it likes. */
  private static final int TASKS_OF_THE_JVM = 5;

  /**
   * A connection that is not freed takes 70 KiB at each end, in every round. The process takes more
   * than ten MiB once and gives most of it back, hence the median of some rounds.
   */
  private static final long RSS_OF_A_CONNECT = 16_384;

  private static final int ROUNDS_FOR_RSS = 5;

  /** Thread pools, caches and the allocator's arenas fill up in the first rounds. */
  private static final int WARM_UP = 10;

  @Test
  void nothingStaysBehind() throws Exception {
    assumeTrue(Footprint.canBeTaken(), "only Linux tells what a process holds");
    WebRtcTransport one = new WebRtcTransport(Pair.config(Map.of()));
    WebRtcTransport two = new WebRtcTransport(Pair.config(Map.of()));
    try {
      connects(one, two, WARM_UP);
      Footprint before = Footprint.take();
      List<Long> rounds = new ArrayList<>();
      long rss = before.rssBytes();
      for (int done = 0; done < CONNECTS; ) {
        int round = Math.min(REPORT_EVERY, CONNECTS - done);
        connects(one, two, round);
        done += round;
        Footprint now = Footprint.take();
        System.out.println(done + " connects: " + now);
        rounds.add((now.rssBytes() - rss) / round);
        rss = now.rssBytes();
      }
      // Ends are freed in the background.
      await()
          .pollInSameThread()
          .atMost(PATIENCE)
          .untilAsserted(() -> compare(before, Footprint.take()));
      report(before, Footprint.take(), median(rounds));
      if (rounds.size() >= ROUNDS_FOR_RSS) {
        assertThat(median(rounds)).isLessThan(RSS_OF_A_CONNECT);
      }
    } finally {
      one.deactivate();
      two.deactivate();
    }
  }

  @Test
  void whatManyFramesLeftGoesWithTheLastConnection() throws Exception {
    assumeTrue(Footprint.canBeTaken(), "only Linux tells what a process holds");
    WebRtcTransport one = new WebRtcTransport(Pair.config(Map.of()));
    WebRtcTransport two = new WebRtcTransport(Pair.config(Map.of()));
    try {
      int before = Footprint.take().buffers();
      Ends ends = Ends.of(one, two);
      try (Channel left = ends.a().channel();
          Channel right = ends.b().channel()) {
        for (int i = 0; i < Library.MANY_FRAMES; i++) {
          left.send(new Frame.Text("left"));
          assertThat(right.receive(PATIENCE)).isNotNull();
        }
      }

      await().pollInSameThread().atMost(PATIENCE).until(() -> Footprint.take().buffers() <= before);

      // And the library can be used again.
      connect(one, two);
    } finally {
      one.deactivate();
      two.deactivate();
    }
  }

  private static void report(Footprint before, Footprint after, long rssOfARound) {
    System.out.printf(
        "%d connects; growth of each: threads %.3f, tasks %.3f, descriptors %.3f, JNI references"
            + " %.3f, heap %.0f bytes, RSS %.0f bytes (median of the rounds %d)%n",
        CONNECTS,
        each(after.threads() - before.threads()),
        each(after.tasks() - before.tasks()),
        each(after.descriptors() - before.descriptors()),
        each(after.globalReferences() - before.globalReferences()),
        each(after.heapBytes() - before.heapBytes()),
        each(after.rssBytes() - before.rssBytes()),
        rssOfARound);
  }

  private static long median(List<Long> rounds) {
    return rounds.stream().sorted().toList().get(rounds.size() / 2);
  }

  private static double each(long growth) {
    return (double) growth / CONNECTS;
  }

  private static void compare(Footprint before, Footprint after) {
    assertThat(after.threads()).isLessThanOrEqualTo(before.threads());
    assertThat(after.tasks()).isLessThanOrEqualTo(before.tasks() + TASKS_OF_THE_JVM);
    assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
    assertThat(after.attempts()).isZero();
    assertThat(after.globalReferences() - before.globalReferences())
        .isLessThanOrEqualTo(2 * REFERENCES_OF_AN_END * CONNECTS + REFERENCES_AT_WORK);
  }

  /** Two that know of each other, the first of which has offered. */
  private record Ends(Pair a, Pair b) {
    static Ends of(WebRtcTransport one, WebRtcTransport two) {
      Pair a = new Pair(one, "a", "b", true);
      Pair b = new Pair(two, "b", "a", true);
      Pair.introduce(a, b);
      a.link.offer();
      return new Ends(a, b);
    }
  }

  private static void connects(WebRtcTransport one, WebRtcTransport two, int times)
      throws Exception {
    for (int i = 0; i < times; i++) {
      connect(one, two);
    }
  }

  private static void connect(WebRtcTransport one, WebRtcTransport two) throws Exception {
    Ends ends = Ends.of(one, two);
    try (Channel left = ends.a().channel();
        Channel right = ends.b().channel()) {
      for (int i = 0; i < FRAMES; i++) {
        left.send(new Frame.Text("left " + i));
        right.send(new Frame.Binary(new byte[1_000]));
        assertThat(right.receive(PATIENCE)).isEqualTo(new Frame.Text("left " + i));
        assertThat(left.receive(PATIENCE)).isInstanceOf(Frame.Binary.class);
      }
    } catch (ChannelClosedException e) {
      throw new AssertionError(e);
    } finally {
      ends.a().link.close();
      ends.b().link.close();
    }
  }
}
