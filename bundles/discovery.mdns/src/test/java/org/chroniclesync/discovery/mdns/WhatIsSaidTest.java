// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerGone;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.Signal;
import org.chroniclesync.testkits.discovery.NodeCredentials;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What anybody on the network hears, read for whatever would last. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class WhatIsSaidTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PIECE = 8;
  private final NodeCredentials ann = NodeCredentials.create();
  private final NodeCredentials bob = ann.another();
  private final Heard byAnn = new Heard();
  private final Heard byBob = new Heard();
  private final SteppedClock clock = new SteppedClock();
  private final MdnsDiscovery discovery = new MdnsDiscovery(Loopback.SETTINGS, clock);

  @AfterEach
  void leave() {
    discovery.leave();
  }

  private String service(long hour) {
    return HourSecret.of(ann.room(), ann, hour).service();
  }

  @Test
  void nothingThatIsSaidInOneHourIsSaidInTheNext() throws Exception {
    try (Capture capture = new Capture()) {
      long first = clock.hour();
      Membership annIn = discovery.join(ann.room(), ann, byAnn);
      discovery.join(bob.room(), bob, byBob);
      await().atMost(PATIENCE).until(() -> byAnn.saw(bob.peer()) && byBob.saw(ann.peer()));
      await().atMost(PATIENCE).until(() -> !capture.instances(service(first)).isEmpty());

      clock.step(Duration.ofHours(1));
      long second = clock.hour();
      Heard byCid = new Heard();
      NodeCredentials cid = ann.another();
      discovery.join(cid.room(), cid, byCid);
      await().atMost(PATIENCE).until(() -> byCid.saw(ann.peer()) && byCid.saw(bob.peer()));
      await().atMost(PATIENCE).until(() -> !capture.instances(service(second)).isEmpty());

      List<byte[]> before = capture.packets(service(first));
      List<byte[]> after = capture.packets(service(second));
      assertThat(pieces(before)).isNotEmpty().doesNotContainAnyElementsOf(pieces(after));
      assertThat(ports(capture, first))
          .isNotEmpty()
          .doesNotContainAnyElementsOf(ports(capture, second));
      for (byte[] packet : all(before, after)) {
        assertThat(text(packet)).doesNotContain(lasting());
      }
      annIn.signal(bob.peer(), new Signal.Answer("the lines have lasted"));
      await().atMost(PATIENCE).until(() -> byBob.signals(ann.peer()).size() == 1);
      assertThat(byAnn.events()).noneMatch(PeerGone.class::isInstance);
    }
  }

  @Test
  void aNodeThatIsAloneOnlyAsksAndAnswersNobodyWhoCannotNameItsRoom() throws Exception {
    try (Capture capture = new Capture()) {
      String service = service(clock.hour());
      discovery.join(ann.room(), ann, byAnn);
      await().atMost(PATIENCE).until(() -> !capture.packets(service).isEmpty());
      for (String asked : List.of("services._dns-sd._udp", "chroniclesync", "http")) {
        capture.say(Dns.question(asked, "stranger"));
      }
      int until = capture.packets(service).size() + 2;
      await().atMost(PATIENCE).until(() -> capture.packets(service).size() >= until);

      assertThat(capture.instances(service)).isEmpty();
    }
  }

  /** Whoever only knows the room's name, as a discovery service does, cannot tell the node. */
  @Test
  void theNameOfTheRoomDoesNotTellTheTag() {
    NodeCredentials stranger = NodeCredentials.create();

    String known = HourSecret.of(ann.room(), ann, 500_000).service();

    assertThat(HourSecret.of(ann.room(), stranger, 500_000).service()).isNotEqualTo(known);
    assertThat(HourSecret.of(ann.room(), bob, 500_000).service()).isEqualTo(known);
    assertThat(HourSecret.of(ann.room(), ann, 500_001).service()).isNotEqualTo(known);
  }

  @Test
  void clocksMayDifferByLessThanAnHour() {
    SteppedClock late = new SteppedClock();
    late.step(Duration.ofMinutes(-59));
    MdnsDiscovery other = new MdnsDiscovery(Loopback.SETTINGS, late);
    try {
      discovery.join(ann.room(), ann, byAnn);
      other.join(bob.room(), bob, byBob);

      await().atMost(PATIENCE).until(() -> byAnn.saw(bob.peer()) && byBob.saw(ann.peer()));
    } finally {
      other.leave();
    }
  }

  /**
   * All that is as long as {@link #PIECE} in labels of 10 characters or more: shorter labels are
   * what all say, such as local, and shorter pieces may be equal by chance.
   */
  private static Set<String> pieces(List<byte[]> packets) {
    Set<String> pieces = new HashSet<>();
    for (byte[] packet : packets) {
      for (String word : text(packet).split("[^a-z2-7]+")) {
        for (int i = 0; word.length() >= 10 && i + PIECE <= word.length(); i++) {
          pieces.add(word.substring(i, i + PIECE));
        }
      }
    }
    return pieces;
  }

  private List<Integer> ports(Capture capture, long hour) {
    return capture.instances(service(hour)).stream().map(Dns.Instance::port).toList();
  }

  private static List<byte[]> all(List<byte[]> one, List<byte[]> other) {
    List<byte[]> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  private static String text(byte[] packet) {
    return new String(packet, ISO_8859_1).toLowerCase(Locale.ROOT);
  }

  private String[] lasting() throws Exception {
    return new String[] {
      "chronicle",
      ann.peer().value().toLowerCase(Locale.ROOT).substring(5),
      bob.peer().value().toLowerCase(Locale.ROOT).substring(5),
      ann.room().value().toLowerCase(Locale.ROOT).substring(3),
      Base32.encode(ann.key()).substring(0, 10),
      new String(ann.key(), ISO_8859_1).toLowerCase(Locale.ROOT),
      InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT) + ".local",
    };
  }
}
