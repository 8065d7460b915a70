// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerGone;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two members may connect to each other at the same time, and again. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class TwoLinesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A line is open long before. */
  private static final Duration OPENED = Duration.ofSeconds(1);

  private static final List<Signal> SAID =
      IntStream.range(0, 200).<Signal>mapToObj(i -> new Signal.Answer("number " + i)).toList();

  private final NodeCredentials ann = NodeCredentials.create();
  private final NodeCredentials bob = ann.another();
  private final Heard byAnn = new Heard();
  private final Heard byBob = new Heard();

  @RepeatedTest(10)
  void nothingIsLostAndAllIsInOrderByHoweverManyLines() {
    MdnsDiscovery discovery = new MdnsDiscovery(Loopback.SETTINGS, new SteppedClock());
    try {
      LocalMembership annIn = (LocalMembership) discovery.join(ann.room(), ann, byAnn);
      LocalMembership bobIn = (LocalMembership) discovery.join(bob.room(), bob, byBob);
      await().atMost(PATIENCE).until(() -> byAnn.saw(bob.peer()) && byBob.saw(ann.peer()));
      for (int i = 0; i < SAID.size(); i++) {
        annIn.signal(bob.peer(), SAID.get(i));
        bobIn.signal(ann.peer(), SAID.get(i));
        if (i % 50 == 10) {
          connect(annIn, bobIn);
          connect(bobIn, annIn);
        }
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(byAnn.signals(bob.peer())).isEqualTo(SAID);
                assertThat(byBob.signals(ann.peer())).isEqualTo(SAID);
              });
      assertThat(byAnn.events()).noneMatch(PeerGone.class::isInstance);
      assertThat(byBob.events()).noneMatch(PeerGone.class::isInstance);
    } finally {
      discovery.leave();
    }
  }

  /** It does not read meanwhile, so it answers nothing; and this member comes late to judge it. */
  @Test
  void oneWhoseListenerIsSlowKeepsItsLine() throws Exception {
    MdnsDiscovery discovery = new MdnsDiscovery(Loopback.SETTINGS, new SteppedClock());
    CountDownLatch slow = new CountDownLatch(1);
    try {
      LocalMembership annIn = (LocalMembership) discovery.join(ann.room(), ann, byAnn);
      LocalMembership bobIn =
          (LocalMembership) discovery.join(bob.room(), bob, event -> byBob.accept(event, slow));
      await().atMost(PATIENCE).until(() -> byAnn.saw(bob.peer()) && byBob.saw(ann.peer()));
      for (Signal signal : SAID) {
        annIn.signal(bob.peer(), signal);
      }
      connect(annIn, bobIn);
      CountDownLatch judged = new CountDownLatch(1);
      annIn.loop.execute(
          () -> {
            annIn.loop.after(OPENED, () -> busy(Links.PROBE));
            annIn.loop.after(OPENED.plus(Links.PROBE.multipliedBy(2)), judged::countDown);
          });
      assertThat(judged.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      slow.countDown();

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(byBob.signals(ann.peer())).isEqualTo(SAID));
      assertThat(byAnn.events()).noneMatch(PeerGone.class::isInstance);
    } finally {
      slow.countDown();
      discovery.leave();
    }
  }

  private static void busy(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private static void connect(LocalMembership one, LocalMembership other) {
    Guise there = Objects.requireNonNull(other.presence.present());
    Dns.Instance instance = there.shown();
    one.loop.execute(
        () -> {
          try {
            one.presence
                .links()
                .connect(
                    there.secret(),
                    there.instance(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), instance.port()));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
