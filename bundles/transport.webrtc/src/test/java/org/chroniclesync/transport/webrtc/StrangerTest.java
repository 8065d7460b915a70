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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.api.transport.Link;
import org.chroniclesync.api.transport.LinkEvent;
import org.chroniclesync.api.transport.Peering;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What whoever makes up signals can have this node do, with the real library. */
@Timeout(600)
class StrangerTest {
  private static final int PEERS = 64;

  /**
   * ICE of libwebrtc checks one pair of addresses every 48 ms; an attempt lasts 10 s, and its end
   * may come late on a busy machine.
   */
  private static final int PACKETS_OF_AN_ATTEMPT = 15_000 / 48;

  private static final int BYTES_OF_A_CHECK = 160;
  private static final long RSS_OF_A_PEER = 2L << 20;

  /** A class file or a log that the JVM opened meanwhile; one more gathering has as many. */
  private static final int OF_THE_JVM = 3;

  private final BlockingQueue<LinkEvent> events = new LinkedBlockingQueue<>();
  private final WebRtcTransport transport =
      new WebRtcTransport(Pair.config(Map.of("gatherTimeoutMillis", 60_000L)));

  @AfterEach
  void stop() {
    transport.deactivate();
  }

  private Link link(String peer, boolean trickles, boolean proven) {
    return transport.link(
        new Peering(new PeerId("node.a"), new PeerId(peer), trickles, proven), Told.into(events));
  }

  private LinkEvent next() throws InterruptedException {
    LinkEvent next = events.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was told");
    }
    return next;
  }

  private String failure() throws InterruptedException {
    while (true) {
      if (next() instanceof LinkEvent.Failed failed) {
        return failed.why();
      }
    }
  }

  /**
   * The probe and reflector. However many addresses are listed, and in whatever way, an
   * attempt sends what ICE sends in one attempt, and nothing connects.
   */
  @ParameterizedTest
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void whoIsListedByAStrangerIsSentLittle(boolean nodeOffers, boolean inside) throws Exception {
    try (Targets targets = new Targets(40)) {
      Link link = link("phone", true, false);
      List<String> lines = targets.candidates();
      String listed = inside ? "a=" + String.join("\r\na=", lines) + "\r\n" : "";
      if (nodeOffers) {
        link.offer();
        assertThat(next()).isInstanceOf(LinkEvent.SignalOut.class);
        link.signal(new Signal.Answer(Clients.description("chromium-answer.sdp") + listed));
      } else {
        link.signal(new Signal.Offer(Clients.description("chromium-offer.sdp") + listed, false));
      }
      if (!inside) {
        lines.forEach(line -> link.signal(new Signal.Candidate("0", 0, line)));
      }

      assertThat(failure()).contains("no connection came about within 10 s");

      Targets.Hits hits = targets.hits();
      System.out.println("offers " + nodeOffers + ", inside " + inside + ": " + hits);
      assertThat(hits.connections()).isZero();
      assertThat(hits.targets())
          .isPositive()
          .isLessThanOrEqualTo(CandidatePolicy.MAX_OF_A_STRANGER);
      assertThat(hits.packets()).isLessThanOrEqualTo(PACKETS_OF_AN_ATTEMPT);
      assertThat(hits.bytes()).isLessThanOrEqualTo(PACKETS_OF_AN_ATTEMPT * BYTES_OF_A_CHECK);
    }
  }

  /** The 64 made-up peers, who had 8,392 descriptors. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoBeginsMakesNobodyElseGatherAgain(boolean proven) throws Exception {
    assumeTrue(Footprint.canBeTaken(), "only Linux tells what a process holds");
    List<Link> links = new ArrayList<>();
    gathered(links, 1, proven);
    Footprint one = Footprint.take();
    gathered(links, 1, proven);
    int ofAPeer = Footprint.take().descriptors() - one.descriptors();

    gathered(links, PEERS, proven);

    Footprint all = Footprint.take();
    System.out.printf(
        "proven %s: %d descriptors of a peer, %d of %d more; RSS %d KiB of each%n",
        proven,
        ofAPeer,
        all.descriptors() - one.descriptors() - ofAPeer,
        PEERS,
        (all.rssBytes() - one.rssBytes()) / 1024 / PEERS);
    assertThat(ofAPeer).isPositive();
    assertThat(all.descriptors() - one.descriptors())
        .isLessThanOrEqualTo((PEERS + 1) * ofAPeer + OF_THE_JVM);
    assertThat(all.rssBytes() - one.rssBytes()).isLessThan(PEERS * RSS_OF_A_PEER);

    links.forEach(Link::close);
    await()
        .pollInSameThread()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Footprint.take().descriptors() < one.descriptors());
  }

  /** Without trickling an offer is told when all addresses are gathered. */
  private void gathered(List<Link> links, int count, boolean proven) throws Exception {
    for (int i = 0; i < count; i++) {
      Link link = link("peer " + links.size(), false, proven);
      links.add(link);
      link.offer();
    }
    for (int i = 0; i < count; i++) {
      assertThat(next()).isInstanceOf(LinkEvent.SignalOut.class);
    }
  }

  /** The 1,200 offers, 860 KB of log with the stranger's own lines in it. */
  @Test
  void malformedDescriptionsAreRefusedInASentenceAndNotLogged() throws Exception {
    Link link = link("phone", true, false);
    String offer = Clients.description("chromium-offer.sdp");
    String log =
        Captured.log(
            () -> {
              for (int i = 0; i < 1_200; i++) {
                String broken = broken(offer, i);
                link.signal(new Signal.Offer(broken, false));
                assertThat(failure()).startsWith("the peer's offer ").doesNotContain("deadbeef");
              }
            });

    assertThat(log).doesNotContain("deadbeef").doesNotContain("Exception");
    assertThat(log.lines().count()).isLessThan(4);
  }

  private static String broken(String offer, int number) {
    return switch (number % 4) {
      case 0 -> offer + "deadbeef " + number + "\r\n";
      case 1 -> offer.replace("a=setup:actpass", "a=setup:deadbeef" + number);
      case 2 -> offer.replace("a=mid:0", "a=mid:deadbeef " + number);
      default -> offer.replace("t=0 0", "t=deadbeef " + number);
    };
  }

  @Test
  void malformedCandidatesAreNotLogged() throws Exception {
    Link link = link("phone", true, false);
    String log =
        Captured.log(
            () -> {
              link.offer();
              assertThat(next()).isInstanceOf(LinkEvent.SignalOut.class);
              link.signal(new Signal.Answer(Clients.description("chromium-answer.sdp")));
              for (int i = 0; i < 500; i++) {
                link.signal(new Signal.Candidate("0", 0, "candidate:deadbeef " + i));
                link.signal(new Signal.Candidate("deadbeef", 7, "candidate:deadbeef " + i));
              }
              assertThat(failure()).contains("no connection came about");
            });

    assertThat(log).doesNotContain("deadbeef").doesNotContain("Exception");
  }
}
