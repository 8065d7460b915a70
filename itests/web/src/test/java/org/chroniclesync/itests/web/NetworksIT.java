// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.itests.web.Internet.Mapping.ENDPOINT_DEPENDENT;
import static org.chroniclesync.itests.web.Internet.Mapping.ENDPOINT_INDEPENDENT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two distributions, a discovery service and a relay in networks as people have them: what comes of
 * it, how long that takes, and what {@code why} says. Writes the table of docs/networks.md. Needs
 * the right to make network namespaces, and says so where it is skipped.
 */
@Timeout(600)
class NetworksIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int FEW_VISITS = 50;
  private static final int MANY_VISITS = 20_000;
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String WORDS =
      "legal winner thank year wave sausage worth useful ".repeat(3).strip();
  private static final String DISCOVERY = "203.0.113.10";
  private static final String DISCOVERY_V6 = "2001:db8::10";
  private static final String RELAY = "203.0.113.20";
  private static final String STUN = "stun:" + RELAY + ":3478";

  /** Of no block for documentation: from those the daemon forwards nothing. */
  private static final String PUBLIC = "25.0.0.";

  private static final String NO_UDP = "meta l4proto udp drop";
  private static final List<String> TABLE = new ArrayList<>();

  @TempDir static Path shared;
  private static Internet internet;
  private static Distribution service;
  private static Relay relay;
  private static int homes;

  @TempDir Path folder;

  /** Makes the computer of one of the two, and gives what a command begins with there. */
  private interface Place {
    List<String> make() throws IOException, InterruptedException;
  }

  /**
   * A path between two computers.
   *
   * @param name in the table
   * @param servers what both have as iceServers; SECRET stands for the file with the secret
   * @param expected how they are connected, or the code of the cause
   */
  private record Case(String name, Place one, Place other, List<String> servers, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Place home(Internet.Mapping mapping, String... outbound) {
    return () -> internet.home(++homes, mapping, outbound);
  }

  private static Place open() {
    return () -> internet.host("o" + ++homes, "203.0.113." + (150 + homes) + "/24");
  }

  private static Place openV6() {
    return () -> internet.host("o" + ++homes, "2001:db8::" + (150 + homes) + "/64");
  }

  private static List<String> turn(String url) {
    return List.of(STUN, url + "|ann|SECRET|time-limited|any-certificate");
  }

  static Stream<Case> cases() {
    String udp = "turn:" + RELAY + ":3478";
    return Stream.of(
        new Case("open", open(), open(), List.of(), "direct"),
        new Case("IPv6 only", openV6(), openV6(), List.of(), "direct"),
        new Case("one NAT", home(ENDPOINT_DEPENDENT), open(), List.of(STUN), "direct"),
        new Case(
            "both behind endpoint-independent NATs",
            home(ENDPOINT_INDEPENDENT),
            home(ENDPOINT_INDEPENDENT),
            List.of(STUN),
            "direct"),
        new Case(
            "endpoint-independent and endpoint-dependent NAT",
            home(ENDPOINT_INDEPENDENT),
            home(ENDPOINT_DEPENDENT),
            List.of(STUN),
            "no-relay"),
        new Case(
            "both behind endpoint-dependent NATs",
            home(ENDPOINT_DEPENDENT),
            home(ENDPOINT_DEPENDENT),
            List.of(STUN),
            "no-relay"),
        new Case(
            "both behind endpoint-dependent NATs, TURN",
            home(ENDPOINT_DEPENDENT),
            home(ENDPOINT_DEPENDENT),
            turn(udp),
            "relayed"),
        new Case(
            "both behind endpoint-dependent NATs, TURN with a wrong secret",
            home(ENDPOINT_DEPENDENT),
            home(ENDPOINT_DEPENDENT),
            List.of(STUN, udp + "|ann|WRONG"),
            "turn-refused"),
        new Case(
            "UDP blocked, the other open",
            home(ENDPOINT_INDEPENDENT, NO_UDP),
            open(),
            List.of(STUN),
            "tcp"),
        new Case(
            "UDP blocked, TURN by TCP",
            home(ENDPOINT_INDEPENDENT, NO_UDP),
            home(ENDPOINT_INDEPENDENT),
            turn(udp + "?transport=tcp"),
            "relayed"));
  }

  @BeforeAll
  static void start() throws Exception {
    internet = new Internet();
    List<String> discovery = internet.host("d", DISCOVERY + "/24", DISCOVERY_V6 + "/64");
    relay = new Relay(internet.host("t", RELAY + "/24"), RELAY, shared);
    service = Distribution.discoveryOn(discovery, shared.resolve("discovery"), "::", 443);
  }

  @AfterAll
  static void stop() throws IOException {
    try (Internet last = internet;
        Relay second = relay;
        Distribution first = service) {
      if (first != null && second != null && last != null) {
        TABLE.add(
            0, "| path | outcome | time to connect | what `why` says |\n| --- | --- | --- | --- |");
        String table = String.join("\n", TABLE) + "\n";
        Files.writeString(Path.of("target", "networks.md"), table);
        System.out.println(table);
      }
    }
  }

  private Distribution node(
      String name, List<String> computer, List<String> servers, String... more) throws IOException {
    Path data = Files.createDirectory(folder.resolve(name)).resolve("data");
    Path account = Files.createDirectories(data.resolve("account"));
    Path words = Files.writeString(account.resolve("mnemonic"), WORDS);
    Files.setPosixFilePermissions(account, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-------"));
    Path secret = Relay.secretIn(data.getParent(), Relay.SECRET);
    String list =
        String.join(",", servers).replace("SECRET", "" + secret).replace("WRONG", "" + secret);
    List<String> options = new ArrayList<>(List.of(more));
    options.addAll(
        List.of(
            "--discovery",
            "ws://" + (name.endsWith("6") ? "[" + DISCOVERY_V6 + "]" : DISCOVERY) + ":443/",
            "--set",
            "org.chroniclesync.discovery.mdns:enabled=false",
            "--set",
            "org.chroniclesync.transport.webrtc:connectTimeoutMillis=12000",
            "--set",
            "org.chroniclesync.transport.websocket:connectTimeoutMillis=3000",
            "--set",
            "org.chroniclesync.transport.webrtc:iceServers=[" + list + "]"));
    return Distribution.startOn(computer, data, options.toArray(String[]::new));
  }

  private CompletableFuture<Distribution> started(
      String name, List<String> computer, List<String> servers) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return node(name, computer, servers);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** If it does not start, nobody would close the one that starts meanwhile. */
  private Distribution startedBeside(
      CompletableFuture<Distribution> starting,
      String name,
      List<String> computer,
      List<String> servers)
      throws IOException {
    try {
      return node(name, computer, servers);
    } catch (IOException | RuntimeException e) {
      starting.thenAccept(Distribution::close).exceptionally(failed -> null).join();
      throw e;
    }
  }

  private static JsonNode why(Distribution node) throws IOException, InterruptedException {
    return JSON.readTree(node.run("why", "--json"));
  }

  /** How the two are connected, or why not. */
  private static List<String> outcome(JsonNode why) {
    List<String> codes = new ArrayList<>();
    why.path("findings").forEach(one -> codes.add(one.path("code").asText()));
    if (!codes.contains("connected")) {
      return codes;
    }
    for (JsonNode attempt : why.path("attempts")) {
      if (isConnected(attempt)) {
        for (JsonNode pair : attempt.path("pairs")) {
          if (pair.path("state").asText().equals("used")) {
            return List.of(way(pair));
          }
        }
        // The one that was dialled has no pair of its own.
        return attempt.path("transport").asText().equals("websocket") ? List.of("tcp") : List.of();
      }
    }
    return List.of();
  }

  private static String way(JsonNode pair) {
    String kinds = pair.at("/own/kind").asText() + " " + pair.at("/peers/kind").asText();
    if (kinds.contains("relayed")) {
      return "relayed";
    }
    return pair.at("/own/protocol").asText().equals("tcp") ? "tcp" : "direct";
  }

  private static boolean isConnected(JsonNode attempt) {
    return attempt.path("failure").isNull() && !attempt.path("endedAt").isNull();
  }

  /** From the first attempt to the channel. */
  private static String took(JsonNode why) {
    Instant first = null;
    Instant last = null;
    for (JsonNode attempt : why.path("attempts")) {
      first = Instant.parse(attempt.path("startedAt").asText());
      last =
          last == null && isConnected(attempt)
              ? Instant.parse(attempt.path("endedAt").asText())
              : last;
    }
    return first == null || last == null
        ? "-"
        : "%.1f s".formatted(Duration.between(first, last).toMillis() / 1_000.0);
  }

  private static String said(JsonNode why) {
    List<String> all = new ArrayList<>();
    why.path("findings").forEach(one -> all.add(one.path("what").asText()));
    return String.join(" ", all);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void comesThroughOrSaysWhyNot(Case path) throws Exception {
    String suffix = path.name().startsWith("IPv6") ? "6" : "";
    List<String> one = path.one().make();
    List<String> other = path.other().make();
    CompletableFuture<Distribution> starting = started("ann" + suffix, one, path.servers());
    try (Distribution bob = startedBeside(starting, "bob" + suffix, other, path.servers());
        Distribution ann = starting.join()) {
      JsonNode why =
          await(path.name())
              .atMost(PATIENCE)
              .pollInterval(BETWEEN_QUESTIONS)
              .ignoreExceptions()
              .until(() -> why(ann), now -> outcome(now).contains(path.expected()));
      TABLE.add(
          "| %s | %s | %s | %s |"
              .formatted(path.name(), String.join(", ", outcome(why)), took(why), said(why)));
      System.out.println(ann.run("why"));
      assertThat(outcome(why)).contains(path.expected());
      assertThat(bob.run("why")).isNotEmpty();
    }
  }

  // --- Networks that change ---------------------------------------------------------------------

  private static boolean isInSync(Distribution node) throws IOException, InterruptedException {
    return node.run("status").contains("in sync since");
  }

  private static void awaitInSync(Distribution node) {
    await()
        .atMost(PATIENCE)
        .pollInterval(BETWEEN_QUESTIONS)
        .ignoreExceptions()
        .until(() -> isInSync(node));
  }

  private static void awaitEntries(Distribution node, int visits) {
    await()
        .atMost(PATIENCE)
        .pollInterval(BETWEEN_QUESTIONS)
        .until(() -> node.run("status", "--json").contains("\"entries\":" + visits + ","));
  }

  /** When the newest channel opened. */
  private static Instant connectedAt(Distribution node) throws IOException, InterruptedException {
    for (JsonNode attempt : why(node).path("attempts")) {
      if (isConnected(attempt)) {
        return Instant.parse(attempt.path("endedAt").asText());
      }
    }
    return Instant.MIN;
  }

  private static void row(String name, String outcome, Duration took) {
    TABLE.add("| %s | %s | %.1f s | |".formatted(name, outcome, took.toMillis() / 1_000.0));
  }

  /** A laptop that goes from one network to another while much is on the way. */
  @Test
  void anotherAddressInMidSyncCostsAMomentAndNoVisit() throws Exception {
    String name = "o" + (homes + 1);
    List<String> one = open().make();
    String before = "203.0.113." + (150 + homes) + "/24";
    List<String> other = open().make();
    String after = "203.0.113." + (150 + ++homes) + "/24";
    try (Distribution ann = node("ann", one, List.of());
        Distribution bob = node("bob", other, List.of())) {
      awaitInSync(ann);
      ann.importSample(MANY_VISITS);
      internet.address(name, "eth0", before, false);
      internet.address(name, "eth0", after, true);
      Instant changed = Instant.now();
      await()
          .atMost(PATIENCE)
          .pollInterval(BETWEEN_QUESTIONS)
          .ignoreExceptions()
          .until(() -> connectedAt(ann).isAfter(changed));
      awaitEntries(bob, MANY_VISITS);
      row(
          "another address in mid-sync",
          "a new connection",
          Duration.between(changed, connectedAt(ann)));
    }
  }

  /** Two that no other road joins: each is where nobody gets in. */
  @Test
  void aPortThatARouterForwardsWhenAskedLetsTheOtherIn() throws Exception {
    List<String> one = home(ENDPOINT_DEPENDENT).make();
    int asked = homes;
    List<String> other = home(ENDPOINT_DEPENDENT).make();
    String outside = PUBLIC + asked;
    internet.address("r" + asked, "eth0", outside + "/24", true);
    internet.address("r" + homes, "eth0", PUBLIC + homes + "/24", true);
    try (PortDaemon daemon = new PortDaemon(internet, asked, outside, folder);
        Distribution ann =
            node(
                "ann",
                one,
                List.of(),
                "--set",
                "org.chroniclesync.transport.websocket:mapPort=true")) {
      try (Distribution bob = node("bob", other, List.of())) {
        JsonNode why =
            await()
                .atMost(PATIENCE)
                .pollInterval(BETWEEN_QUESTIONS)
                .ignoreExceptions()
                .until(() -> why(ann), now -> outcome(now).contains("tcp"));
        TABLE.add(
            "| both behind endpoint-dependent NATs, `mapPort` | by TCP | %s | %s |"
                .formatted(took(why), said(why)));
        assertThat(daemon.forwarded()).contains("dnat ip to 10.0." + asked + ".2:");
        assertThat(ann.run("status", "--json")).contains(outside + " port ");
        assertThat(bob.run("why", "--json")).contains(outside + ":");
      }
      ann.stop();
      assertThat(daemon.forwarded()).doesNotContain("dnat");
    }
  }

  /** No server passes anything on: the third is one more device of the account, left on. */
  @Test
  void twoThatDoNotReachEachOtherSyncByAThirdThatBothReach() throws Exception {
    List<String> one = home(ENDPOINT_DEPENDENT).make();
    List<String> other = home(ENDPOINT_DEPENDENT).make();
    List<String> third = open().make();
    try (Distribution hub = node("hub", third, List.of(STUN));
        Distribution ann = node("ann", one, List.of(STUN));
        Distribution bob = node("bob", other, List.of(STUN))) {
      ann.importSample(FEW_VISITS);
      awaitEntries(hub, FEW_VISITS);
      awaitEntries(bob, FEW_VISITS);
      assertThat(sessions(ann)).isEqualTo(1);
      assertThat(sessions(bob)).isEqualTo(1);
      assertThat(sessions(hub)).isEqualTo(2);
      TABLE.add(
          "| both behind endpoint-dependent NATs, a third device open | by the third | - | |");
    }
  }

  /** With how many others it is in sync or about to be. */
  private static int sessions(Distribution node) throws IOException, InterruptedException {
    int sessions = 0;
    for (JsonNode peer : JSON.readTree(node.run("peers", "--json"))) {
      sessions += peer.path("transport").isTextual() ? 1 : 0;
    }
    return sessions;
  }

  @Test
  void aPartitionIsSeenAndHeals() throws Exception {
    String name = "o" + (homes + 1);
    List<String> one = open().make();
    List<String> other = open().make();
    try (Distribution ann = node("ann", one, List.of());
        Distribution bob = node("bob", other, List.of())) {
      awaitInSync(ann);
      internet.plugged(name, false);
      await()
          .atMost(PATIENCE)
          .pollInterval(BETWEEN_QUESTIONS)
          .until(() -> !isInSync(ann) && !isInSync(bob));
      ann.importSample(FEW_VISITS);
      internet.plugged(name, true);
      Instant healed = Instant.now();
      awaitEntries(bob, FEW_VISITS);
      row("a partition that heals", "a new connection", Duration.between(healed, connectedAt(ann)));
    }
  }

  @Test
  void aDiscoveryThatIsGoneTakesNoSessionAlongAndComesBack() throws Exception {
    List<String> one = open().make();
    List<String> other = open().make();
    try (Distribution ann = node("ann", one, List.of());
        Distribution bob = node("bob", other, List.of())) {
      awaitInSync(ann);
      Instant connected = connectedAt(ann);
      service.kill();
      await()
          .atMost(PATIENCE)
          .pollInterval(BETWEEN_QUESTIONS)
          .until(() -> ann.run("status").contains("Next attempt at"));
      ann.importSample(FEW_VISITS);
      awaitEntries(bob, FEW_VISITS);
      assertThat(connectedAt(ann)).isEqualTo(connected);
      bob.kill();
      service.startAgain();
      bob.startAgain();
      awaitInSync(bob);
      TABLE.add("| discovery gone and back | the session stays, and is found again | - | |");
    }
  }
}
