// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two distributions that are in sync when something becomes of the network, or of one of the two
 * computers: nothing is lost, and a new connection is made where a way is there. How long that took
 * is printed. It takes minutes, so a build leaves it out: {@code -Dit.test=ChangingNetworksLab}
 * runs it. Needs the right to make network namespaces, and says so where it is skipped.
 */
@Timeout(600)
class ChangingNetworksLab {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);
  private static final int VISITS = 20_000;
  private static final JsonMapper JSON = new JsonMapper();
  private static final String WORDS =
      "legal winner thank year wave sausage worth useful ".repeat(3).strip();
  private static final String DISCOVERY = "203.0.113.10";
  private static final String ANN = "ann";

  @TempDir Path folder;
  private Internet internet;
  private Distribution service;
  private Distribution ann;
  private Distribution bob;

  @BeforeEach
  void start() throws Exception {
    internet = new Internet();
    service =
        Distribution.discoveryOn(
            internet.host("d", DISCOVERY + "/24"), folder.resolve("discovery"), DISCOVERY, 443);
    ann = node(ANN, internet.host(ANN, "203.0.113.21/24"));
    bob = node("bob", internet.host("bob", "203.0.113.22/24"));
    patiently().until(() -> isInSync(ann) && isInSync(bob));
  }

  @AfterEach
  void stop() throws IOException {
    try {
      Stream.of(ann, bob, service).filter(Objects::nonNull).forEach(Distribution::close);
    } finally {
      if (internet != null) {
        internet.close();
      }
    }
  }

  private Distribution node(String name, List<String> computer) throws IOException {
    Path data = Files.createDirectory(folder.resolve(name)).resolve("data");
    Path account = Files.createDirectories(data.resolve("account"));
    Path words = Files.writeString(account.resolve("mnemonic"), WORDS);
    Files.setPosixFilePermissions(account, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-------"));
    return Distribution.startOn(
        computer,
        data,
        "--discovery",
        "ws://" + DISCOVERY + ":443/",
        "--set",
        "org.chroniclesync.discovery.mdns:enabled=false");
  }

  private static ConditionFactory patiently() {
    return await().atMost(PATIENCE).pollInterval(BETWEEN_QUESTIONS).ignoreExceptions();
  }

  private static boolean isInSync(Distribution node) throws IOException, InterruptedException {
    return node.run("status").contains("in sync since");
  }

  private static void awaitEntries(Distribution node, int visits) {
    patiently().until(() -> entries(node) == visits);
  }

  private static long entries(Distribution node) throws IOException, InterruptedException {
    return JSON.readTree(node.run("status", "--json")).at("/store/entries").asLong();
  }

  /** What it says of the other one. */
  private static String state(Distribution node) throws IOException, InterruptedException {
    return JSON.readTree(node.run("status", "--json")).at("/peers/0/state").asText();
  }

  /** When the newest channel opened. */
  private static Instant connectedAt(Distribution node) throws IOException, InterruptedException {
    for (JsonNode attempt : JSON.readTree(node.run("why", "--json")).path("attempts")) {
      if (attempt.path("failure").isNull() && !attempt.path("endedAt").isNull()) {
        return Instant.parse(attempt.path("endedAt").asText());
      }
    }
    return Instant.MIN;
  }

  private static void say(String what, Instant since, Instant then) {
    System.out.printf("%s: %.1f s%n", what, Duration.between(since, then).toMillis() / 1_000.0);
  }

  private void awaitNewConnection(String what, Instant since) throws Exception {
    patiently().until(() -> connectedAt(ann).isAfter(since) && connectedAt(bob).isAfter(since));
    say(what, since, connectedAt(ann));
  }

  /** The lid is closed while much is on the way, and the other goes on without it. */
  @Test
  void oneThatSleepsIsGoneAndIsBackWhenItWakes() throws Exception {
    bob.sleeps(true);
    Instant slept = Instant.now();
    try {
      ann.importSample(VISITS);
      patiently().until(() -> List.of("unreachable", "gone", "connecting").contains(state(ann)));
      say("a sleeping peer is no longer shown as connected", slept, Instant.now());
    } finally {
      bob.sleeps(false);
    }
    Instant woke = Instant.now();
    awaitNewConnection("a new connection after waking", woke);
    awaitEntries(bob, VISITS);
  }

  /** Both have a way; the one in use goes in mid-sync. */
  @Test
  void fromWirelessToCableIsAMoment() throws Exception {
    ann.importSample(VISITS);
    internet.attach(ANN, "eth1", "203.0.113.31/24");
    Instant unplugged = Instant.now();
    internet.ip(ANN, "link", "del", "eth0");
    awaitNewConnection("a new connection after the other interface has gone", unplugged);
    awaitEntries(bob, VISITS);
  }

  /** One that takes all that has no nearer way, as most do. */
  @Test
  void aVpnThatComesAndGoesDoesNotTouchAConnectionBesideIt() throws Exception {
    Instant connected = connectedAt(ann);
    internet.attach(ANN, "vpn0", "198.51.100.2/24");
    internet.ip(ANN, "route", "add", "default", "dev", "vpn0");
    ann.importSample(VISITS / 2);
    awaitEntries(bob, VISITS / 2);
    internet.ip(ANN, "link", "del", "vpn0");
    bob.importSample(VISITS);
    patiently().until(() -> entries(bob) == VISITS && entries(ann) == entries(bob));
    assertThat(connectedAt(ann)).isEqualTo(connected);
  }

  /** The way is through the VPN, which ends without a word in mid-sync. */
  @Test
  void aVpnThatEndsTakesItsConnectionsAlongAndAnotherWayIsFound() throws Exception {
    internet.attach(ANN, "vpn0", "203.0.113.41/24");
    internet.address(ANN, "eth0", "203.0.113.21/24", false);
    Instant up = Instant.now();
    awaitNewConnection("a new connection through the VPN", up);
    ann.importSample(VISITS);
    internet.address(ANN, "eth0", "203.0.113.21/24", true);
    Instant down = Instant.now();
    internet.ip(ANN, "link", "del", "vpn0");
    awaitNewConnection("a new connection after the VPN has ended", down);
    awaitEntries(bob, VISITS);
  }
}
