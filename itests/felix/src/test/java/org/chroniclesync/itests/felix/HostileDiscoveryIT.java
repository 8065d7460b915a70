// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;
import org.chroniclesync.itests.harness.HostileDiscovery;
import org.chroniclesync.itests.harness.HostileDiscovery.Conduct;
import org.chroniclesync.itests.harness.HostileDiscovery.Signalled;
import org.chroniclesync.itests.harness.LegacyClient;
import org.chroniclesync.itests.harness.MiddleMan;
import org.chroniclesync.itests.harness.NodeProcess;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real nodes at a discovery service that means them ill. They accept nothing of it, say what they
 * saw, and hold everything once a service does as it should.
 */
@Timeout(300)
class HostileDiscoveryIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String NOT_SEALED = "was not sealed with your 24 words";
  private static final String OTHER_NAME = "introduced under a name that is not its own";
  private static final int MAX_PEERS = 64;

  @TempDir Path folder;
  private HostileDiscovery service;
  private final List<NodeUnderTest> nodes = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    service = HostileDiscovery.start();
  }

  @AfterEach
  void stop() {
    nodes.forEach(NodeUnderTest::close);
    service.close();
  }

  @Test
  void betweenVersion1TheOneInTheMiddlePassesFramesThatItCannotRead() throws Exception {
    NodeUnderTest node = node("node");
    node.merge(Visit.several("node", 50));
    try (MiddleMan middle = MiddleMan.of(service, folder.resolve("middle"))) {
      service.conduct(middle);
      try (LegacyClient phone =
          LegacyClient.start(folder.resolve("phone"), MNEMONIC, service.url(), "phone")) {
        until(() -> phone.isConnected() && middle.isBetween(node.self(), "phone"));
        Visit first = Visit.of("phone", "p1", "From the phone");
        phone.send(List.of(first));
        until(() -> node.visits().size() == 51 && phone.visits().size() == 50);
        assertThat(middle.frames()).hasSizeGreaterThan(3);
        assertThat(middle.frames()).noneMatch(frame -> frame.contains("http"));
        assertThat(node.failures()).isEmpty();

        phone.send(List.of(first.tombstone()));
        until(() -> node.visits().get("phone/p1").deleted());
        Map<String, Visit> before = node.visits();
        middle.playBack(node.self(), "phone");
        Visit last = Visit.of("phone", "p2", "Behind what was played back");
        phone.send(List.of(last));
        until(() -> node.visits().containsKey("phone/p2"));

        Map<String, Visit> expected = new TreeMap<>(before);
        expected.put("phone/p2", last);
        assertThat(node.visits()).isEqualTo(expected);
      }
    }
  }

  @Test
  void betweenNodesTheOneInTheMiddleCannotEvenBegin() throws Exception {
    NodeUnderTest one;
    NodeUnderTest two;
    try (MiddleMan middle = MiddleMan.of(service, folder.resolve("middle"))) {
      service.conduct(middle);
      one = node("one");
      two = node("two");
      one.merge(Visit.several("a", 300));
      two.merge(Visit.several("b", 200));

      until(() -> said(one, NOT_SEALED) && said(two, NOT_SEALED));
      assertThat(one.peers().get(two.self()).state()).isNotEqualTo("InSync");
      assertThat(service.heard()).isNotEmpty().allMatch(Signalled::isSealed);
      assertThat(middle.hasAny()).isFalse();
      assertThat(one.visits()).hasSize(300);
      assertThat(two.visits()).hasSize(200);
      service.honest();
    }
    untilBothHave(500, one, two);
  }

  @Test
  void yesterdaysSignalsLeadToNothing() throws Exception {
    NodeUnderTest one = node("one");
    NodeUnderTest two = node("two");
    one.merge(Visit.several("a", 30));
    untilBothHave(30, one, two);
    String selfOne = one.self();
    String selfTwo = two.self();
    // In the running session they disturb nobody.
    List<Signalled> yesterdays = service.heard();
    playBack(yesterdays);
    two.merge(Visit.several("b", 20));
    untilBothHave(50, one, two);
    closeAll();

    service.conduct(signal -> {});
    NodeUnderTest oneToday = node("one");
    NodeUnderTest twoToday = node("two");
    assertThat(List.of(oneToday.self(), twoToday.self())).containsExactly(selfOne, selfTwo);
    oneToday.merge(Visit.several("today", 10));
    int before = service.heard().size();
    until(
        () -> {
          playBack(yesterdays);
          List<Signalled> today = service.heard().subList(before, service.heard().size());
          return today.stream().anyMatch(signal -> signal.from().equals(selfOne))
              && today.stream().anyMatch(signal -> signal.from().equals(selfTwo));
        });

    assertThat(oneToday.isInSyncWith(twoToday)).isFalse();
    assertThat(twoToday.visits()).hasSize(50);
    service.honest();
    untilBothHave(60, oneToday, twoToday);
  }

  private void playBack(List<Signalled> recorded) {
    for (Signalled signal : recorded) {
      service.press(signal.from(), signal.to(), signal.json());
    }
  }

  @Test
  void nodesThatAreMadeToTakeEachOtherForPhonesSayNothing() throws Exception {
    service.conduct(new Renaming());
    NodeUnderTest one = node("one");
    NodeUnderTest two = node("two");
    one.merge(Visit.several("a", 30));
    until(() -> service.members().size() == 2);
    service.joined(one.self(), "phone-of-" + two.self());
    service.joined(two.self(), "phone-of-" + one.self());

    until(() -> said(one, OTHER_NAME) || said(two, OTHER_NAME));
    assertThat(two.visits()).isEmpty();
    assertThat(one.peers()).doesNotContainKey(two.self());

    service.honest();
    untilBothHave(30, one, two);
  }

  /** Introduces nobody, and passes signals to and from phones that are the nodes. */
  private final class Renaming implements Conduct {
    private static final String PHONE = "phone-of-";

    @Override
    public Set<String> present(String member, Set<String> others) {
      return Set.of();
    }

    @Override
    public void signalled(Signalled signal) {
      if (signal.to().startsWith(PHONE)) {
        service.relay(PHONE + signal.from(), signal.to().substring(PHONE.length()), signal.json());
      }
    }
  }

  @Test
  void liesAboutWhoIsThereDisturbNobodyWhoIsConnected() throws Exception {
    NodeUnderTest one = node("one");
    NodeUnderTest two = node("two");
    one.merge(Visit.several("a", 30));
    untilBothHave(30, one, two);

    service.left(one.self(), two.self());
    service.left(two.self(), one.self());
    for (int i = 0; i < 2_000; i++) {
      service.joined(one.self(), (i % 2 == 0 ? "node.ghost-" : "ghost-") + i);
    }
    until(() -> said(one, "further ones are ignored"));
    // Who is connected is known beside those who are said to be there.
    assertThat(one.peers()).hasSizeLessThanOrEqualTo(MAX_PEERS + 1);
    two.merge(Visit.several("b", 20));
    untilBothHave(50, one, two);

    // Whoever comes later finds room once the ghosts are gone.
    service.honest();
    NodeUnderTest three = node("three");
    untilBothHave(50, one, three);
  }

  @Test
  void whoIsFloodedStaysUpAndSaysSo() throws Exception {
    NodeUnderTest one = node("one");
    Path log = folder.resolve("flooded.log");
    try (NodeProcess flooded =
        NodeProcess.start(folder.resolve("flooded"), MNEMONIC, service.url(), "flooded", log)) {
      until(() -> flooded.isReady() || !flooded.isAlive());
      until(() -> service.members().size() == 2);
      String victim =
          service.members().stream()
              .filter(member -> !member.equals(one.self()))
              .findFirst()
              .orElseThrow();
      flood(victim, 4_000);
      flood(one.self(), 200);
      // Longer than any message may be.
      service.say(one.self(), "{\"type\":\"peers\",\"peers\":[\"" + "x".repeat(1 << 20) + "\"]}");
      until(() -> said(one, "Raise maxMessageBytes, or use another service"));

      assertThat(flooded.isAlive()).isTrue();
      assertThat(one.peers()).hasSizeLessThanOrEqualTo(MAX_PEERS);
      service.honest();
      one.merge(List.of(Visit.of("one", "after", "After the flood")));
      int stored = flooded.acknowledged().size();
      assertThat(stored).isPositive();
      until(() -> one.count("flooded", 0) >= stored);
    }
    service.honest();
    NodeUnderTest again = node("flooded");
    until(() -> again.visits().equals(one.visits()));
    assertThat(again.visits()).containsKey("one/after");
  }

  /** All that a service can say, in masses, and what it must not. */
  private void flood(String victim, int rounds) {
    Random random = new Random(1);
    String sealed = "A".repeat(56_000);
    String sdp = "v=0\\r\\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\n";
    for (int i = 0; i < rounds; i++) {
      String ghost = (i % 2 == 0 ? "node.ghost-" : "ghost-") + i;
      service.joined(victim, ghost);
      // Beyond the first, ghosts are not listened to.
      ghost = (i % 2 == 0 ? "node.ghost-" : "ghost-") + i % 40;
      service.press(ghost, victim, "{\"type\":\"sealed\",\"data\":\"" + sealed + "\"}");
      service.press(
          ghost, victim, "{\"type\":\"offer\",\"sdp\":\"" + sdp + "a".repeat(30_000) + "\"}");
      service.press(
          ghost,
          victim,
          "{\"type\":\"candidate\",\"candidate\":{\"candidate\":\"candidate:1 1 udp 1 10.0.0.1 "
              + i % 65_536
              + " typ host\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}}");
      service.say(victim, "[".repeat(1 + random.nextInt(10_000)));
      byte[] noise = new byte[random.nextInt(1_000)];
      random.nextBytes(noise);
      service.say(victim, noise);
      service.say(victim, "{\"type\":\"signal\",\"peerId\":\"" + "p".repeat(10_000) + "\"}");
    }
  }

  private NodeUnderTest node(String name) throws Exception {
    NodeUnderTest node =
        NodeUnderTest.in(folder.resolve(name), MNEMONIC)
            .discovery(service.url())
            // What leads to nothing here shall be given up soon.
            .set("org.chroniclesync.transport.webrtc", "connectTimeoutMillis", 5_000L)
            .set("org.chroniclesync.transport.websocket", "connectTimeoutMillis", 2_000L)
            .start();
    nodes.add(node);
    return node;
  }

  private void closeAll() {
    nodes.forEach(NodeUnderTest::close);
    nodes.clear();
    until(() -> service.members().isEmpty());
  }

  private void untilBothHave(int visits, NodeUnderTest one, NodeUnderTest two) {
    until(() -> one.visits().size() == visits && one.visits().equals(two.visits()));
    until(() -> one.isInSyncWith(two) && two.isInSyncWith(one));
  }

  private static boolean said(NodeUnderTest node, String what) {
    return node.failures().stream().anyMatch(failure -> failure.contains(what));
  }

  private void until(Callable<Boolean> condition) {
    try {
      await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(nodes.stream().map(NodeUnderTest::describe).toList().toString(), e);
    }
  }
}
