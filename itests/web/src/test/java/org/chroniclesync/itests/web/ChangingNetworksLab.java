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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two distributions that are in sync when something becomes of the network, or of one of the two
 * computers: nothing is lost, a new connection is made where a way is there, and where none is,
 * nobody is shown as connected. How long it took is printed. All tests go on with the same two, of
 * which one is at an open place and the other behind a router. It takes minutes, so a build leaves
 * it out: {@code -Dit.test=ChangingNetworksLab} runs it. Needs the right to make network
 * namespaces, and says so where it is skipped.
 */
@Timeout(900)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ChangingNetworksLab {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(500);

  /** After such a time, it is said what was tried meanwhile. */
  private static final Duration LONG = Duration.ofSeconds(10);

  /** How many visits each import adds. */
  private static final int MORE = 1_000;

  private static final JsonMapper JSON = new JsonMapper();
  private static final String WORDS =
      "legal winner thank year wave sausage worth useful ".repeat(3).strip();
  private static final String DISCOVERY = "203.0.113.10";
  private static final String ANN = "ann";
  private static final int HOME = 1;
  private static final String ROUTER = "r" + HOME;

  private static final String HELD =
      """
      table inet held {
        chain in {
          type filter hook input priority -300; policy accept;
          iifname "%1$s" drop
        }
        chain out {
          type filter hook output priority -300; policy accept;
          oifname "%1$s" drop
        }
      }
      """;

  @TempDir static Path folder;
  private static Internet internet;
  private static Distribution service;
  private static Distribution ann;
  private static Distribution bob;

  /** The interface and the address by which ann is there now. */
  private static String link = "eth0";

  private static String address = address();
  private static String router = "203.0.113." + (100 + HOME) + "/24";
  private static int addresses;
  private static int visits;

  @BeforeAll
  static void start() throws Exception {
    internet = new Internet();
    service =
        Distribution.discoveryOn(
            internet.host("d", DISCOVERY + "/24"), folder.resolve("discovery"), DISCOVERY, 443);
    ann = node(ANN, internet.host(ANN, address));
    bob = node("bob", internet.home(HOME, Internet.Mapping.ENDPOINT_INDEPENDENT));
  }

  @AfterAll
  static void stop() throws IOException {
    try {
      Stream.of(ann, bob, service).filter(Objects::nonNull).forEach(Distribution::close);
    } finally {
      if (internet != null) {
        internet.close();
      }
    }
  }

  @BeforeEach
  void areInSync() {
    patiently().until(() -> isInSync(ann) && isInSync(bob));
  }

  private static Distribution node(String name, List<String> computer) throws IOException {
    Path data = Files.createDirectory(folder.resolve(name)).resolve("data");
    Path account = Files.createDirectories(data.resolve("account"));
    Path words = Files.writeString(account.resolve("mnemonic"), WORDS);
    Files.setPosixFilePermissions(account, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-------"));
    List<String> options = new ArrayList<>(List.of("--discovery", "ws://" + DISCOVERY + ":443/"));
    for (String one :
        List.of(
            "org.chroniclesync.discovery.mdns:enabled=false",
            "org.chroniclesync.transport.webrtc:connectTimeoutMillis=12000",
            "org.chroniclesync.transport.webrtc:disconnectedTimeoutMillis=5000",
            "org.chroniclesync.transport.websocket:connectTimeoutMillis=3000",
            "org.chroniclesync.transport.websocket:pingIntervalMillis=1000",
            "org.chroniclesync.transport.websocket:silenceMillis=10000")) {
      options.addAll(List.of("--set", one));
    }
    return Distribution.startOn(computer, data, options.toArray(String[]::new));
  }

  private static ConditionFactory patiently() {
    return await().atMost(PATIENCE).pollInterval(BETWEEN_QUESTIONS).ignoreExceptions();
  }

  /** A new address at the open place. */
  private static String address() {
    return "203.0.113." + (20 + ++addresses) + "/24";
  }

  private static boolean isInSync(Distribution node) throws IOException, InterruptedException {
    return peer(node).path("state").asText().equals("in-sync");
  }

  private static boolean isShownAsConnected(Distribution node)
      throws IOException, InterruptedException {
    return peer(node).path("transport").isTextual();
  }

  /** What it says of the other one. */
  private static JsonNode peer(Distribution node) throws IOException, InterruptedException {
    return status(node).at("/peers/0");
  }

  private static JsonNode status(Distribution node) throws IOException, InterruptedException {
    return JSON.readTree(node.run("status", "--json"));
  }

  /** Imports visits that none of the two has. */
  private static void importMore(Distribution node) throws IOException, InterruptedException {
    visits += MORE;
    node.importSample(visits);
  }

  private static void awaitAllEverywhere() {
    for (Distribution node : List.of(ann, bob)) {
      patiently().until(() -> status(node).at("/store/entries").asLong() == visits);
    }
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

  /**
   * Waits for a connection that is newer than a change.
   *
   * @param since before the change began: afterwards, the connection may be there already
   */
  private static void awaitNewConnection(String what, Instant since) throws Exception {
    patiently().until(() -> connectedAt(ann).isAfter(since) && connectedAt(bob).isAfter(since));
    say(what, since, connectedAt(ann));
    if (Duration.between(since, connectedAt(ann)).compareTo(LONG) > 0) {
      System.out.println(ann.run("why") + bob.run("why"));
    }
  }

  /** Some is there, some is on the way, and of some nobody can know yet: nothing comes through. */
  private static void muchIsOnTheWay() throws Exception {
    importMore(ann);
    internet.rules(ANN, HELD.formatted(link));
    importMore(ann);
  }

  private static void goesOn() throws Exception {
    internet.rules(ANN, "delete table inet held");
  }

  /** Both have a way; the one in use goes in mid-sync. */
  @Test
  void fromWirelessToCableNothingIsLost() throws Exception {
    muchIsOnTheWay();
    String cable = link.equals("eth0") ? "eth1" : "eth0";
    address = address();
    internet.attach(ANN, cable, address);
    Instant before = Instant.now();
    internet.ip(ANN, "link", "del", link);
    link = cable;
    awaitNewConnection("a new connection after the other interface has gone", before);
    goesOn();
    awaitAllEverywhere();
  }

  @Test
  void anotherAddressInMidSyncLosesNothing() throws Exception {
    muchIsOnTheWay();
    Instant before = Instant.now();
    internet.address(ANN, link, address, false);
    address = address();
    internet.address(ANN, link, address, true);
    goesOn();
    awaitNewConnection("a new connection after another address", before);
    awaitAllEverywhere();
  }

  /** A laptop on the way from one place to another: for a while it is nowhere. */
  @Test
  void oneThatIsNowhereIsNotShownAsConnected() throws Exception {
    Instant before = Instant.now();
    internet.address(ANN, link, address, false);
    patiently().until(() -> !isShownAsConnected(ann) && !isShownAsConnected(bob));
    say("a peer that is nowhere is no longer shown as connected", before, Instant.now());
    importMore(bob);
    Instant there = Instant.now();
    address = address();
    internet.address(ANN, link, address, true);
    awaitNewConnection("a new connection at another place", there);
    awaitAllEverywhere();
  }

  /**
   * No address of a device changes, so none sees it. The last one, since the line to the discovery
   * service is dead then until a ping finds that out, and so long there is no new connection.
   */
  @Order(Integer.MAX_VALUE)
  @Test
  void anotherAddressOfTheRouterLosesNothing() throws Exception {
    importMore(bob);
    internet.address(ROUTER, "eth0", router, false);
    importMore(bob);
    router = address();
    internet.address(ROUTER, "eth0", router, true);
    importMore(ann);
    awaitAllEverywhere();
    patiently().until(() -> isInSync(ann) && isInSync(bob));
  }

  /** The lid is closed, and the other goes on without it. */
  @Test
  void oneThatSleepsIsGoneAndIsBackWhenItWakes() throws Exception {
    Instant slept = Instant.now();
    bob.sleeps(true);
    Instant woke;
    try {
      importMore(ann);
      patiently().until(() -> !isShownAsConnected(ann));
      say("a sleeping peer is no longer shown as connected", slept, Instant.now());
      woke = Instant.now();
    } finally {
      bob.sleeps(false);
    }
    awaitNewConnection("a new connection after waking", woke);
    awaitAllEverywhere();
  }

  /** One that takes all that has no nearer way, as most do. */
  @Test
  void aVpnThatComesAndGoesDoesNotTouchAConnectionBesideIt() throws Exception {
    Instant connected = connectedAt(ann);
    internet.attach(ANN, "vpn0", "198.51.100.2/24");
    internet.ip(ANN, "route", "add", "default", "dev", "vpn0", "metric", "5");
    importMore(ann);
    awaitAllEverywhere();
    internet.ip(ANN, "link", "del", "vpn0");
    importMore(bob);
    awaitAllEverywhere();
    assertThat(connectedAt(ann)).isEqualTo(connected);
  }

  /** The way is through the VPN, which ends without a word in mid-sync. */
  @Test
  void aVpnThatEndsTakesItsConnectionsAlongAndAnotherWayIsFound() throws Exception {
    Instant up = Instant.now();
    internet.attach(ANN, "vpn0", address());
    internet.address(ANN, link, address, false);
    awaitNewConnection("a new connection through the VPN", up);
    importMore(ann);
    internet.address(ANN, link, address, true);
    Instant down = Instant.now();
    internet.ip(ANN, "link", "del", "vpn0");
    awaitNewConnection("a new connection after the VPN has ended", down);
    awaitAllEverywhere();
  }
}
