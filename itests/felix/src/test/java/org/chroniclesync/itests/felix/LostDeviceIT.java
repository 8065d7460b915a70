// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.chroniclesync.itests.harness.Closing;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.chroniclesync.itests.harness.NodeUnderTest;
import org.chroniclesync.itests.harness.Visit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device is lost, and the account gets new words: three nodes and a discovery service, each in a
 * Felix framework of its own, by the commands that a person gives.
 */
@Timeout(900)
class LostDeviceIT {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final String ANOTHER = "zoo ".repeat(23) + "vote";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String ALONE = "None of your other devices is here";

  @TempDir Path folder;
  private DiscoveryService service;
  private NodeUnderTest desktop;
  private NodeUnderTest laptop;

  @BeforeEach
  void start() throws Exception {
    service = DiscoveryService.start(folder.resolve("discovery"));
    desktop = node("desktop", MNEMONIC);
    laptop = node("laptop", MNEMONIC);
  }

  @AfterEach
  void stop() throws Exception {
    Closing.all(desktop, laptop, service);
  }

  @Test
  void theLostOneGetsNothingMoreAndTheOthersGoOn() throws Exception {
    try (NodeUnderTest lost = node("lost", MNEMONIC)) {
      desktop.merge(Visit.several("a", 300));
      until(() -> laptop.visits().size() == 300 && lost.visits().size() == 300);
      until(() -> desktop.isInSyncWith(lost) && laptop.isInSyncWith(lost));
      String self = desktop.self();

      assertThat(desktop.command("renew")).contains("renew --yes");
      assertThat(words("desktop")).isEqualTo(MNEMONIC);
      assertThat(desktop.command("renew --yes")).contains("new words").doesNotContain("abandon");
      assertThat(words("desktop")).isNotEqualTo(MNEMONIC);
      assertThat(desktop.self()).isEqualTo(self);
      assertThat(laptop.command("join " + code(desktop))).contains("in the account of");
      assertThat(words("laptop")).isEqualTo(words("desktop"));

      until(() -> desktop.isInSyncWith(laptop) && laptop.isInSyncWith(desktop));
      until(() -> desktop.command("pair --show").contains("has the words now"));
      until(() -> lost.command("status").contains(ALONE));
      long bytes = bytesIn(lost);
      desktop.merge(Visit.several("later", 200));
      lost.merge(Visit.several("oflost", 100));
      until(() -> laptop.visits().size() == 500);
      // What the two said to each other, and the room they are in, is nothing to the lost one.
      assertThat(bytesIn(lost)).isEqualTo(bytes);
      assertThat(lost.visits()).hasSize(400);
      assertThat(desktop.visits()).hasSize(500).isEqualTo(laptop.visits());
      assertThat(lost.command("status")).contains(ALONE);
      assertThat(desktop.peers().keySet()).doesNotContain(lost.self());

      String lostPeer = lost.self();
      assertThat(desktop.command("peers --known")).contains(lostPeer);
      assertThat(desktop.command("forget " + lostPeer)).contains("is forgotten");
      assertThat(desktop.command("peers --known")).doesNotContain(lostPeer);
      assertThat(desktop.visits()).hasSize(500);
    }
  }

  @Test
  void theOneThatWasAsleepIsToldWhatToDoAndCatchesUp() throws Exception {
    desktop.merge(Visit.several("a", 100));
    until(() -> laptop.visits().size() == 100 && desktop.isInSyncWith(laptop));
    laptop.close();
    desktop.command("renew --yes");
    desktop.merge(Visit.several("meanwhile", 100));

    laptop = node("laptop", MNEMONIC);
    laptop.merge(Visit.several("before", 50));
    until(() -> laptop.command("status").contains(ALONE));
    assertThat(laptop.command("status"))
        .contains("run pair where the words are that you want to keep");
    laptop.command("join " + code(desktop));

    until(() -> desktop.visits().size() == 250 && laptop.visits().size() == 250);
    until(() -> desktop.isInSyncWith(laptop) && laptop.isInSyncWith(desktop));
    assertThat(desktop.visits()).isEqualTo(laptop.visits());
    assertThat(laptop.command("status")).doesNotContain(ALONE);
    laptop.close();
    laptop = node("laptop", MNEMONIC); // the words are in its folder
    until(() -> desktop.isInSyncWith(laptop));
  }

  @Test
  void aNewDeviceGetsTheWordsByACodeAndAWrongOneEndsIt() throws Exception {
    desktop.merge(Visit.several("a", 100));
    try (NodeUnderTest fresh = node("fresh", ANOTHER)) {
      String code = code(desktop);
      String wrong = code.substring(0, code.indexOf('-')) + "-abandon-ability";

      assertThatThrownBy(() -> fresh.command("join " + wrong))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("The code is not the one");
      assertThat(words("fresh")).isEqualTo(ANOTHER);
      until(() -> desktop.command("pair --show").contains("of no use any more"));
      fresh.command("join " + code(desktop));

      assertThat(words("fresh")).isEqualTo(MNEMONIC);
      until(() -> fresh.visits().size() == 100 && fresh.isInSyncWith(desktop));
    }
  }

  @Test
  void theWordsOfAFileDoAsWell() throws Exception {
    desktop.merge(Visit.several("a", 10));
    Path file = folder.resolve("words");
    try (NodeUnderTest fresh = node("fresh", ANOTHER)) {
      Files.copy(folder.resolve("desktop/account/mnemonic"), file);

      assertThat(fresh.command("join --words-file " + file)).contains("in the account of");

      until(() -> fresh.visits().size() == 10);
    }
  }

  private static String code(NodeUnderTest node) throws IOException {
    String said = node.command("pair");
    assertThat(said).containsPattern("code: [0-9]{1,4}-[a-z]+-[a-z]+");
    return said.replaceAll("(?s).*code: ([0-9]+-[a-z]+-[a-z]+).*", "$1");
  }

  private String words(String node) throws IOException {
    return Files.readString(folder.resolve(node).resolve("account/mnemonic"));
  }

  private static long bytesIn(NodeUnderTest node) {
    return node.status().peers().stream().mapToLong(peer -> peer.traffic().bytesIn()).sum();
  }

  private NodeUnderTest node(String name, String mnemonic) throws Exception {
    return NodeUnderTest.in(folder.resolve(name), mnemonic).discovery(service.url()).start();
  }

  private static void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition);
  }
}
