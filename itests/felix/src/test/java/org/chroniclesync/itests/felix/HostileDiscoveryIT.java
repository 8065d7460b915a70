// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.chroniclesync.itests.harness.Bystanders;
import org.chroniclesync.itests.harness.Closing;
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
@Timeout(900)
class HostileDiscoveryIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String NOT_SEALED = "was not sealed with your 24 words";
  private static final String OTHER_NAME = "introduced under a name that is not its own";
  private static final int MAX_PEERS = 64;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private static final int STRANGERS_AT_ONCE = 4;

  /**
   * One of ICE's checks each 48 ms, for the 5 s of an attempt, whose end a busy machine may see
   * late.
   */
  private static final int CHECKS_OF_AN_ATTEMPT = 200;

  @TempDir Path folder;
  private HostileDiscovery service;
  private final List<NodeUnderTest> nodes = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    service = HostileDiscovery.start();
  }

  @AfterEach
  void stop() throws Exception {
    Closing.all(nodes);
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
        assertThat(node.faults()).isEmpty();

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

  /** The room id is all that a stranger needs to make up a phone that lists whomever it likes. */
  @Test
  void whoIsListedByAMadeUpPhoneIsSentNoMoreThanIceNeeds() throws Exception {
    NodeUnderTest node = node("node");
    node.merge(Visit.several("node", 30));
    until(() -> service.members().size() == 1);
    try (Bystanders bystanders = new Bystanders(40)) {
      List<String> listed = bystanders.candidates();
      service.conduct(
          signal -> {
            if (signal.to().equals("phone") && isOffer(signal)) {
              service.relay("phone", node.self(), description("answer", "active"));
              listed.forEach(line -> service.relay("phone", node.self(), candidate(line)));
            }
          });

      service.joined(node.self(), "phone");
      until(() -> said(node, "no connection came about within 5 s"));
      // In this order: the next attempt may begin in between.
      int packets = bystanders.packets();
      int attempts = offersTo("phone");

      assertThat(bystanders.connections()).isZero();
      assertThat(packets).isPositive().isLessThanOrEqualTo(attempts * CHECKS_OF_AN_ATTEMPT);
      assertThat(service.heard()).noneMatch(signal -> signal.json().contains("history"));
    }
    service.honest();
    NodeUnderTest other = node("other");
    untilBothHave(30, node, other);
  }

  @Test
  void withoutLegacyNothingIsSaidThatIsNotSealed() throws Exception {
    NodeUnderTest deaf = node("deaf", "deny");
    NodeUnderTest open = node("open", "allow");
    deaf.merge(Visit.several("a", 30));
    untilBothHave(30, deaf, open);
    try (Bystanders bystanders = new Bystanders(4)) {
      List<String> listed = bystanders.candidates();
      service.conduct(signal -> {});
      service.joined(deaf.self(), "phone");
      service.press("phone", deaf.self(), description("offer", "actpass"));
      listed.forEach(line -> service.press("phone", deaf.self(), candidate(line)));
      // The other is told later. When it has offered, the first would have done so long ago.
      service.joined(open.self(), "phone");
      service.press("caller", open.self(), description("offer", "actpass"));
      until(() -> offersTo("phone") > 0 && service.heard().stream().anyMatch(this::answersCaller));

      assertThat(service.heard())
          .filteredOn(signal -> signal.from().equals(deaf.self()))
          .isNotEmpty()
          .allMatch(Signalled::isSealed);
      assertThat(bystanders.packets()).isZero();
      assertThat(bystanders.connections()).isZero();
    }
  }

  private boolean answersCaller(Signalled signal) {
    return signal.to().equals("caller") && signal.json().contains("\"answer\"");
  }

  @Test
  void malformedDescriptionsNeitherStopANodeNorFillItsLog() throws Exception {
    NodeUnderTest one = node("one");
    Path log = folder.resolve("malformed.log");
    try (NodeProcess target =
        NodeProcess.start(folder.resolve("target"), MNEMONIC, service.url(), "target", log)) {
      until(() -> target.isReady() || !target.isAlive());
      until(() -> service.members().size() == 2);
      String victim =
          service.members().stream()
              .filter(member -> !member.equals(one.self()))
              .findFirst()
              .orElseThrow();
      long logged = Files.size(log);
      for (int i = 0; i < 1_200; i++) {
        service.press("phone-" + i % 40, victim, description("offer", "deadbeef" + i));
        service.press("phone-" + i % 40, victim, candidate("candidate:deadbeef " + i));
      }
      long stored = one.count("target", 0);
      until(() -> one.count("target", 0) > stored);

      assertThat(target.isAlive()).isTrue();
      assertThat(Files.readString(log)).doesNotContain("deadbeef");
      assertThat(Files.size(log) - logged).isLessThan(50_000);
    }
  }

  @Test
  void madeUpPeersTakeDescriptorsByTheirNumberAtMost() throws Exception {
    assumeTrue(Files.isDirectory(DESCRIPTORS), "only Linux lists them");
    NodeUnderTest node = node("node");
    until(() -> service.members().size() == 1);
    service.joined(node.self(), "phone-0");
    until(() -> offersTo("phone-0") > 0);
    long before = descriptors();
    AtomicLong most = new AtomicLong(before);
    for (int i = 1; i < MAX_PEERS; i++) {
      service.joined(node.self(), "phone-" + i);
    }
    until(
        () -> {
          most.accumulateAndGet(descriptors(), Math::max);
          return offersTo("phone-") > STRANGERS_AT_ONCE + 1;
        });

    // Each may have a socket of both kinds for each of this machine's networks, and those few.
    assertThat(most.get() - before).isLessThan(8L * MAX_PEERS);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(DESCRIPTORS)) {
      return open.count();
    }
  }

  private int offersTo(String phone) {
    return (int)
        service.heard().stream()
            .filter(signal -> signal.to().startsWith(phone) && isOffer(signal))
            .count();
  }

  private static boolean isOffer(Signalled signal) {
    return signal.json().contains("\"offer\"");
  }

  /** As a browser says it. */
  private static String description(String type, String setup) {
    String sdp =
        "v=0\\r\\no=- 1 2 IN IP4 127.0.0.1\\r\\ns=-\\r\\nt=0 0\\r\\na=group:BUNDLE 0\\r\\n"
            + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\\r\\nc=IN IP4 0.0.0.0\\r\\n"
            + "a=ice-ufrag:Gy4F\\r\\na=ice-pwd:IiW2/efZfFI+jDqEc13P6z/v\\r\\n"
            + "a=fingerprint:sha-256 "
            + "CF:".repeat(31)
            + "DF\\r\\na=setup:"
            + setup
            + "\\r\\na=mid:0\\r\\na=sctp-port:5000\\r\\n";
    return "{\"type\":\"" + type + "\",\"sdp\":\"" + sdp + "\"}";
  }

  private static String candidate(String line) {
    return "{\"type\":\"candidate\",\"candidate\":{\"candidate\":\""
        + line
        + "\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}}";
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

  /**
   * A plain hash of the words is tested millions of times a second; Argon2id stands before others.
   */
  @Test
  void aNodeWithoutVersion1TellsNobodyWhatTheWordsCouldBeTestedBy() throws Exception {
    NodeUnderTest one = node("one", "deny");
    NodeUnderTest two = node("two", "deny");
    one.merge(Visit.several("a", 30));
    untilBothHave(30, one, two);

    byte[] hash = MessageDigest.getInstance("SHA-256").digest(MNEMONIC.getBytes(US_ASCII));
    String account = Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    String hex = HexFormat.of().formatHex(hash);
    assertThat(service.received())
        .anyMatch(text -> text.contains("roomId=r2."))
        .noneMatch(text -> text.contains(account.substring(0, 8)))
        .noneMatch(text -> text.contains(hex.substring(0, 12)));
  }

  private NodeUnderTest node(String name) throws Exception {
    return node(name, "allow");
  }

  private NodeUnderTest node(String name, String legacy) throws Exception {
    NodeUnderTest node =
        NodeUnderTest.in(folder.resolve(name), MNEMONIC)
            .discovery(service.url())
            .set("org.chroniclesync.core", "legacy", legacy)
            // What leads to nothing here shall be given up soon.
            .set("org.chroniclesync.transport.webrtc", "connectTimeoutMillis", 5_000L)
            .set("org.chroniclesync.transport.websocket", "connectTimeoutMillis", 2_000L)
            .set("org.chroniclesync.core", "legacy", legacy)
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
