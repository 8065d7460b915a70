// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.chroniclesync.itests.harness.Closing;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A node and a client of version 1 in a real Chromium, through our discovery service. */
@Timeout(600)
class LegacyClientIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final String OTHER_MNEMONIC =
      "agree warfare adapt donate alpha meat someone head alcohol staff cart spirit blade cactus"
          + " weekend goat dial gallery never current champion submit meat acoustic";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path shared;
  private static DiscoveryService service;
  private static Page page;

  @TempDir Path folder;
  private NodeUnderTest node;

  @BeforeAll
  static void open() throws Exception {
    assumeTrue(
        Files.isExecutable(Page.CHROMIUM) && Files.isExecutable(Page.DRIVER),
        "no Chromium here; install chromium and chromium-driver");
    service = DiscoveryService.start(shared.resolve("discovery"));
    page = new Page(shared.resolve("profile"));
  }

  @AfterAll
  static void close() throws Exception {
    Closing.all(page, service);
  }

  @BeforeEach
  void start() throws Exception {
    page.load();
    node = NodeUnderTest.in(folder, MNEMONIC).discovery(service.url()).start();
    until(() -> node.discoveries().stream().allMatch("Joined"::equals));
  }

  private void restart(UnaryOperator<NodeUnderTest.Plan> configured) throws Exception {
    node.close();
    node = configured.apply(NodeUnderTest.in(folder, MNEMONIC).discovery(service.url())).start();
    until(() -> node.discoveries().stream().allMatch("Joined"::equals));
  }

  @AfterEach
  void stop() throws Exception {
    Closing.all(page::load, node);
  }

  /**
   * Peer ids on both sides of the node's, so that either side has the smaller one. A node that
   * leaves no time for the page's offer offers at once, against it: glare. Not against a page that
   * yields: Chromium's connection may gather nothing after a rollback, for which no peer can do
   * anything, and which is why nodes leave the offer to such clients.
   */
  @ParameterizedTest
  @CsvSource({
    "!page, true, yields, 2000",
    "~page, true, yields, 2000",
    "!page, true, ignores, 0",
    "~page, true, ignores, 0",
    "!page, true, replaces, 0",
    "~page, true, replaces, 0",
    "!page, false, yields, 2000",
    "~page, false, yields, 2000"
  })
  void historyGoesBothWaysInEveryRole(String peerId, boolean offers, String glare, long graceMillis)
      throws Exception {
    if (graceMillis == 0) {
      restart(plan -> plan.set("org.chroniclesync.core", "offerGraceMillis", graceMillis));
    }
    node.merge(Visit.several("node", 300));
    join(
        peerId, Map.of("offers", offers, "glare", glare), "[visit('page', 'p1', 'From the page')]");

    until(() -> page.count("peer.entries.size") == 300);
    until(() -> node.visits().containsKey("page/p1"));
    assertThat(node.search("from the pag")).contains("https://page.example/p1");
    until(() -> node.peers().get(peerId).state().equals("InSync"));
    assertThat(node.peers().get(peerId).node()).isFalse();
    assertThat(page.is("peer.received.every(m => m.clientId === peer.account.id)")).isTrue();
    assertThat(page.count("peer.errors.length")).isZero();
  }

  @Test
  void whatComesLaterAndWhatIsDeletedArrivesToo() {
    Visit visit = Visit.of("node", "n1", "Later");
    join("~page", Map.of(), "[visit('page', 'p1', 'To be deleted')]");
    until(() -> node.visits().containsKey("page/p1"));

    node.merge(List.of(visit));
    until(() -> page.is("peer.entries.has('n1')"));
    node.merge(List.of(visit.tombstone()));
    until(() -> page.is("peer.entries.get('n1').deleted === true"));

    page.run(
        "peer.sendAll('history', [visit('page', 'p1', '', {deleted: true, lastModified: Date.now()})])");
    until(() -> node.visits().get("page/p1").deleted());
    assertThat(node.search("deleted")).isEmpty();
  }

  @Test
  void framesUpToTheLimitGoBothWays() {
    node.merge(Visit.several("node", 2_000));
    join("~page", Map.of(), "[]");
    until(() -> page.count("peer.entries.size") == 2_000);
    assertThat(page.count("peer.longest")).isBetween(240_000L, 262_144L);

    Map<?, ?> sent = (Map<?, ?>) page.run("peer.sendFrameOf(262144, visit('page', 'big', 'Big'))");
    assertThat(((Number) sent.get("length")).longValue()).isBetween(262_142L, 262_144L);
    long entries = ((Number) sent.get("entries")).longValue();
    until(() -> node.visits().size() == 2_000 + entries);
    assertThat(node.visits().get("page/big-last").title()).contains("xxxx");
  }

  @Test
  void aPageThatIsLoadedAnewIsBack() {
    join("~page", Map.of(), "[visit('page', 'p1', 'Before')]");
    until(() -> node.visits().containsKey("page/p1"));

    page.load();
    node.merge(Visit.several("node", 5));
    join("~page", Map.of(), "[visit('page', 'p2', 'After')]");

    until(() -> node.visits().containsKey("page/p2"));
    until(() -> page.count("peer.entries.size") >= 5);
  }

  @Test
  void aClientAfterTheExampleOfIosIsUnderstood() {
    join(
        "~phone",
        Map.of("ios", true),
        "[visit('phone', 'i1', 'Seconds', {visitTime: 1764000000.5, lastModified: 1764000000})]");

    until(() -> node.visits().containsKey("phone/i1"));
    Visit visit = node.visits().get("phone/i1");
    assertThat(visit.visitTimeMillis()).isEqualTo(1_764_000_000_500.0);
    assertThat(visit.lastModifiedMillis()).isEqualTo(1_764_000_000_000L);
  }

  @Test
  void aStrangerInTheRoomIsRefused() {
    node.merge(Visit.several("node", 5));
    // The same room by accident or design, but another key.
    page.run("window.trueAccount = account, null");
    page.run(
        "window.account = async words => ({...await trueAccount(words),"
            + " room: (await trueAccount(given[0])).room}), null",
        MNEMONIC);
    Map<String, Object> options = options("~stranger", Map.of());
    options.put("mnemonic", OTHER_MNEMONIC);
    page.peer(options);
    page.run("peer.history = [visit('stranger', 's1', 'Forged')], peer.join()");

    until(
        () ->
            node.peers().containsKey("~stranger")
                && node.peers().get("~stranger").why().contains("another mnemonic"));
    assertThat(node.visits()).hasSize(5).doesNotContainKey("stranger/s1");
    assertThat(page.count("peer.entries.size")).isZero();
  }

  @Test
  void nonsenseIsCountedAndThenEndsTheSession() {
    join("~page", Map.of(), "[visit('page', 'p1', 'Before')]");
    until(() -> node.visits().containsKey("page/p1"));

    page.run(
        "(async () => { for (let i = 0; i < 30; i++) await peer.sendRaw('{\"nonsense\":' + i); })()");

    until(() -> node.peers().get("~page").refused() >= 20);
    until(() -> page.is("[...peer.links.values()].every(l => l.channel.readyState !== 'open')"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void offerAndAnswerCanBeCarriedByHand(boolean pageOffers) throws Exception {
    node.merge(Visit.several("node", 20));
    page.peer(options("by-hand", Map.of()));
    page.run("peer.history = [visit('page', 'h1', 'By hand')], null");

    if (pageOffers) {
      String offer = (String) page.run("peer.offerByHand()");
      assertThat(offer).doesNotContain("a=candidate");
      page.run("peer.acceptByHand(given[0])", carried(node.command("answer " + quoted(offer))));
    } else {
      String offer = carried(node.command("offer"));
      assertThat(offer).contains("a=candidate");
      String answer = (String) page.run("peer.answerByHand(given[0])", offer);
      node.command("accept " + quoted(answer));
    }

    until(() -> node.visits().containsKey("page/h1"));
    until(() -> page.count("peer.entries.size") == 20);
  }

  /** The shell prints signals in base64, for its own language has a meaning for braces. */
  private static String carried(String printed) {
    for (String word : printed.split("\\s+")) {
      if (word.matches("[A-Za-z0-9+/_=-]{200,}")) {
        String plain = word.replace('-', '+').replace('_', '/');
        return new String(Base64.getDecoder().decode(plain), StandardCharsets.UTF_8);
      }
    }
    throw new AssertionError("no signal in: " + printed);
  }

  private static String quoted(String text) {
    return "'" + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "'";
  }

  private void join(String peerId, Map<String, Object> more, String history) {
    page.peer(options(peerId, more));
    page.run("peer.history = " + history + ", peer.join()");
  }

  private static Map<String, Object> options(String peerId, Map<String, Object> more) {
    Map<String, Object> options = new HashMap<>(more);
    options.put("peerId", peerId);
    options.put("mnemonic", MNEMONIC);
    options.put("url", service.url());
    return options;
  }

  private void until(Callable<Boolean> condition) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .conditionEvaluationListener(
            evaluated -> {
              if (!evaluated.isSatisfied() && evaluated.getRemainingTimeInMS() <= 0) {
                System.err.println(node.describe());
              }
            })
        .until(condition);
  }
}
