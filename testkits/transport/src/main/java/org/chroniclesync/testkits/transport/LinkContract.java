// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Channel;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.Peering;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The rules of {@link org.chroniclesync.api.transport.Transport} (T) and {@link Link} (L). That
 * nothing is left behind (T4) is looked at after each test.
 */
public abstract class LinkContract extends TransportKit {
  private static final String SESSION =
      sdp("v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "c=IN IP4 0.0.0.0");
  private static final String WEBRTC =
      SESSION
          + sdp(
              "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
              "a=ice-ufrag:abcd",
              "a=ice-pwd:abcdefghijklmnopqrstuvwx",
              "a=mid:0",
              "a=sctp-port:5000");
  private static final String SOUND =
      SESSION + sdp("m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2");
  private static final String UNKNOWN = SESSION + sdp("m=application 9 PIGEON/IP chroniclesync");

  private static String sdp(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  /** For subclasses. */
  protected LinkContract() {}

  @Test
  void t1_itsOwnDescriptionsAreAcceptedAndNoOthers() throws Exception {
    End a = a();
    End b = b();
    a.link.offer();
    Signal offer = a.signal();
    b.link.signal(offer);
    Signal answer = b.signal();

    assertThat(one().accepts(offer)).isTrue();
    assertThat(two().accepts(offer)).isTrue();
    assertThat(one().accepts(answer)).isTrue();
    for (String other : List.of("", "nonsense", UNKNOWN, SOUND, "m=".repeat(16_000))) {
      assertThat(one().accepts(new Signal.Offer(other, true))).as(other).isFalse();
      assertThat(one().accepts(new Signal.Answer(other))).as(other).isFalse();
      assertThat(one().accepts(new Signal.Sealed(other))).as(other).isFalse();
    }
  }

  @Test
  void t2_aLinkDoesNothingByItself() throws Exception {
    End a = a();
    End b = b();

    stays(() -> a.wasToldNothing() && b.wasToldNothing());

    End.introduce(a, b);
    b.link.offer();
    exchange(a.channel(), b.channel());
  }

  @Test
  void t3_eventsComeOneAtATime() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    Link link =
        one()
            .link(
                Peering.of(new PeerId("node.a"), new PeerId("node.b")),
                event -> {
                  inside.incrementAndGet();
                  told.incrementAndGet();
                  awaitQuietly(go);
                  inside.decrementAndGet();
                });

    link.offer();
    link.offer();
    link.offer();

    until(() -> told.get() == 1);
    stays(() -> inside.get() == 1 && told.get() == 1);
    go.countDown();
    until(() -> told.get() >= 3);
  }

  @Test
  void t3_aListenerThatThrowsIsToldOfTheRest() throws Exception {
    AtomicInteger told = new AtomicInteger();
    Link link =
        one()
            .link(
                Peering.of(new PeerId("node.a"), new PeerId("node.b")),
                event -> {
                  told.incrementAndGet();
                  throw new NoClassDefFoundError("an error of a listener, as the test wants");
                });

    link.offer();
    until(() -> told.get() >= 1);
    link.offer();
    link.offer();

    until(() -> told.get() >= 3);
  }

  @Test
  void t4_stoppingEndsLinksAndChannels() throws Exception {
    Ends ends = connect();
    Work<Throwable> receiver = receiving(ends.left());
    until(receiver::isWaiting);
    End waiting = a();
    waiting.link.offer();
    waiting.signal();

    stopOne();

    assertThat(ChannelContract.reason(receiver.get(patience())).kind())
        .isEqualTo(CloseReason.Kind.LOCAL);
    Work<Throwable> other = receiving(ends.right());
    assertThat(ChannelContract.reason(other.get(patience())).kind())
        .isNotEqualTo(CloseReason.Kind.LOCAL);
    stays(() -> waiting.channels.isEmpty());
  }

  @Test
  void t5_manyPeersAtOnceDoNotMixUp() throws Exception {
    List<End> left =
        Stream.of("1", "2", "3", "4", "5")
            .map(name -> new End(one(), "node.a", "node." + name, true, patience()))
            .toList();
    List<End> right =
        Stream.of("1", "2", "3", "4", "5")
            .map(name -> new End(two(), "node." + name, "node.a", true, patience()))
            .toList();
    for (int i = 0; i < left.size(); i++) {
      End.introduce(left.get(i), right.get(i));
      (i % 2 == 0 ? left : right).get(i).link.offer();
    }

    for (int i = 0; i < left.size(); i++) {
      exchange(left.get(i).channel(), right.get(i).channel());
    }
  }

  @ParameterizedTest
  @CsvSource({"true,true", "true,false", "false,true", "false,false"})
  void l1_eitherMayOffer(boolean smaller, boolean trickles) throws Exception {
    End a = a(trickles);
    End b = b(trickles);
    End.introduce(a, b);

    (smaller ? a : b).link.offer();

    exchange(a.channel(), b.channel());
  }

  @RepeatedTest(5)
  void l2_twoThatOfferAtOnceEndWithOneChannel() throws Exception {
    End a = a();
    End b = b();

    a.link.offer();
    b.link.offer();
    // A fast transport would be connected before the second offered, which would be a new wish.
    until(() -> !a.signals.isEmpty() && !b.signals.isEmpty());
    End.introduce(a, b);

    Channel left = a.channel();
    Channel right = b.channel();
    exchange(left, right);
    stays(() -> a.channels.isEmpty() && b.channels.isEmpty());
    exchange(left, right);
  }

  @Test
  void l2_theOfferOfTheSmallerStandsAlsoIfTheGreaterMissedIt() throws Exception {
    End a = a();
    End b = b();
    a.link.offer();
    a.signal(); // lost on its way
    a.signals.clear();
    b.link.offer();
    Signal offer = b.signal();
    End.introduce(a, b);

    a.link.signal(offer);

    exchange(a.channel(), b.channel());
  }

  @Test
  void l3_aPeerThatBeganAnewGetsANewChannel() throws Exception {
    End a = a();
    End b = b();
    End.introduce(a, b);
    a.link.offer();
    Channel old = a.channel();
    b.channel();

    End reborn = b();
    End.introduce(a, reborn);
    reborn.link.offer();

    exchange(a.channel(), reborn.channel());
    old.close();
  }

  @Test
  void l3_afterALossEitherOffersAgain() throws Exception {
    End a = a();
    End b = b();
    End.introduce(a, b);
    a.link.offer();
    a.channel();
    b.channel().close();

    a.link.offer();

    Channel lost = a.channel();
    b.channel();
    lost.close();

    b.link.offer();
    exchange(a.channel(), b.channel());
  }

  @Test
  void l4_hostileOffersDoNotDisturbALink() throws Exception {
    End probe = a();
    probe.link.offer();
    Signal.Offer real = (Signal.Offer) probe.signal();
    End a = a();

    for (String sdp : hostile(real.sdp())) {
      a.link.signal(new Signal.Offer(sdp, true));
      a.link.signal(new Signal.Offer(sdp, false));
    }
    hostileCandidates(a.link);

    assertThat(a.failure()).isNotBlank();
    End b = b();
    End.introduce(a, b);
    b.link.offer();
    exchange(a.channel(), b.channel());
  }

  @Test
  void l4_hostileAnswersDoNotDisturbALink() throws Exception {
    End a = a();
    End b = b();
    for (String sdp : hostile("")) {
      a.link.signal(new Signal.Answer(sdp));
      a.link.offer();
      a.link.signal(new Signal.Answer(sdp));
    }
    hostileCandidates(a.link);
    End.introduce(a, b);

    a.link.offer();

    exchange(a.channel(), b.channel());
  }

  @Test
  void l4_aDescriptionThatComesBackToItsMakerMakesNoChannel() throws Exception {
    End a = a();
    End mirror = a();
    a.link.offer();
    Signal.Offer offer = (Signal.Offer) a.signal();

    a.link.signal(new Signal.Answer(offer.sdp()));
    mirror.link.signal(offer);

    stays(() -> a.channels.isEmpty() && mirror.channels.isEmpty());
  }

  @Test
  void l5_aClosedLinkTellsNothing() throws Exception {
    End a = a();
    End b = b();
    a.link.offer();
    Signal offer = a.signal();

    a.link.close();
    a.link.close();
    // What was under way may still be told.
    stays(() -> true);
    a.signals.clear();
    a.link.offer();
    b.link.signal(offer);
    // Whoever sees that nobody waits for an answer need not make one.
    until(() -> !b.signals.isEmpty() || !b.failures.isEmpty());
    b.signalsTo(a.link::signal);

    stays(a::wasToldNothing);
    assertThat(b.channels).isEmpty();
  }

  @Test
  void l5_channelsOutliveTheirLinks() throws Exception {
    End a = a();
    End b = b();
    End.introduce(a, b);
    a.link.offer();
    Channel left = a.channel();
    Channel right = b.channel();

    a.link.close();
    b.link.close();

    exchange(left, right);
    stays(() -> true);
    exchange(left, right);
  }

  @Test
  void l6_whatNobodyAnswersFailsWithASentence() throws Exception {
    End a = a();
    a.link.offer();
    a.signal();

    assertThat(a.failure()).contains(" ");

    End b = b();
    End.introduce(a, b);
    a.link.offer();
    exchange(a.channel(), b.channel());
  }

  @Test
  void l7_whoWasNotInvitedGetsNowhere() throws Exception {
    End a = a();
    End b = b();
    a.link.offer();
    Signal offer = a.signal();
    Remains now = Remains.take();
    assumeTrue(
        !now.sockets().isEmpty() || now.since(before()).isEmpty(), "only Linux tells the ports");
    try (Rogue rogue = closing(new Rogue())) {
      for (int port : now.tcpPorts(before())) {
        rogue.connect(port);
      }
      for (int port : now.udpPorts(before())) {
        rogue.send(port);
      }

      assertThat(a.channels).isEmpty();
      b.signalsTo(a.link::signal);
      b.link.signal(offer);
      a.signalsTo(b.link::signal);
      exchange(a.channel(), b.channel());
    }
  }

  private Work<Throwable> receiving(Channel channel) {
    return closing(
        Work.begin(
            () -> {
              try {
                while (true) {
                  channel.receive(patience());
                }
              } catch (Exception e) {
                return e;
              }
            }));
  }

  private static List<String> hostile(String real) {
    return List.of(
        "",
        "nonsense",
        "\r\n".repeat(16_000),
        "a=".repeat(16_000),
        "m=application ".repeat(2_000),
        UNKNOWN,
        SOUND,
        WEBRTC,
        WEBRTC + SOUND,
        real.substring(0, real.length() / 2),
        real.replaceAll("(?m)^m=.*$", "m=application 9 PIGEON/IP chroniclesync"),
        real.replaceAll("(?m)^a=fingerprint:.*$", "a=fingerprint:sha-256 00"),
        real + real);
  }

  private static void hostileCandidates(Link link) {
    link.signal(new Signal.Candidate("0", 0, "candidate:nonsense"));
    link.signal(new Signal.Candidate(null, 255, "x".repeat(2_000)));
    link.signal(new Signal.Candidate("", 1, ""));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody let it go on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
