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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
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
@Timeout(3_600)
class NetworksIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int FEW_VISITS = 50;
  private static final int MANY_VISITS = 20_000;

  /** How often each path is tried; with 0, the short form, those that teach the most, once. */
  private static final int ASKED = Integer.getInteger("lab.tries", 0);

  private static final boolean LONG = ASKED > 0;
  private static final int TRIES = Math.max(1, ASKED);

  /** How much a first sync over a bad road brings over. */
  private static final int FIRST_VISITS = LONG ? 50_000 : 5_000;

  /** As between continents, or by a satellite not far up. */
  private static final int LONG_WAY_MILLIS = 200;

  /** Which of the paths and roads are tried, by their names. */
  private static final Pattern ONLY = Pattern.compile(System.getProperty("lab.paths", ""));

  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String WORDS =
      "legal winner thank year wave sausage worth useful ".repeat(3).strip();
  private static final String DISCOVERY = "203.0.113.10";
  private static final String DISCOVERY_V6 = "2001:db8::10";
  private static final String LIAR = "203.0.113.30";
  private static final String RELAY = "203.0.113.20";
  private static final String STUN = "stun:" + RELAY + ":3478";

  /** Of no block for documentation: from those the daemon forwards nothing. */
  private static final String PUBLIC = "25.0.0.";

  private static final String NO_UDP = "meta l4proto udp drop";
  private static final String ONLY_443 =
      "ct state new tcp dport != 443 drop\nmeta l4proto udp drop";

  /** What ails one of the two, and is told to the other. */
  private static final List<String> OF_ONE_SIDE = List.of("stun-unreachable", "turn-refused");

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

  static Stream<Case> cases() {
    return (LONG ? Stream.concat(paths(), furtherPaths()) : paths())
        .filter(path -> ONLY.matcher(path.name()).find());
  }

  private static List<String> turn(String url) {
    return List.of(STUN, url + "|ann|SECRET|time-limited|any-certificate");
  }

  private static Stream<Case> paths() {
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
            "UDP blocked, the other behind an endpoint-independent NAT",
            home(ENDPOINT_INDEPENDENT, NO_UDP),
            home(ENDPOINT_INDEPENDENT),
            List.of(STUN),
            "stun-unreachable"),
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
            "relayed"),
        new Case(
            "only port 443 outwards, TURN by TLS on 443",
            home(ENDPOINT_DEPENDENT, ONLY_443),
            home(ENDPOINT_DEPENDENT, ONLY_443),
            turn("turns:" + RELAY + ":443?transport=tcp"),
            "relayed"));
  }

  /** In the long form only. */
  private static Stream<Case> furtherPaths() {
    return Stream.of(
        new Case(
            "UDP blocked on both sides",
            home(ENDPOINT_INDEPENDENT, NO_UDP),
            home(ENDPOINT_INDEPENDENT, NO_UDP),
            List.of(STUN),
            "stun-unreachable"),
        new Case(
            "UDP blocked on both sides, TURN by TCP",
            home(ENDPOINT_INDEPENDENT, NO_UDP),
            home(ENDPOINT_INDEPENDENT, NO_UDP),
            turn("turn:" + RELAY + ":3478?transport=tcp"),
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
            0,
            "| path | outcome | time to connect | entries/s | what `why` says |\n"
                + "| --- | --- | --- | --- | --- |");
        String table = String.join("\n", TABLE) + "\n";
        Files.writeString(Path.of("target", "networks.md"), table);
        System.out.println(table);
      }
    }
  }

  /** Where the nodes of a path look for each other. */
  private static List<String> discoveries(String... hosts) {
    return Stream.of(hosts).map(host -> "ws://" + host + ":443/").toList();
  }

  private Distribution node(
      String name,
      List<String> computer,
      List<String> discoveries,
      List<String> servers,
      String... more)
      throws IOException {
    Path data = Files.createTempDirectory(folder, name).resolve("data");
    Path account = Files.createDirectories(data.resolve("account"));
    Path words = Files.writeString(account.resolve("mnemonic"), WORDS);
    Files.setPosixFilePermissions(account, PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(words, PosixFilePermissions.fromString("rw-------"));
    Path secret = Relay.secretIn(data.getParent(), Relay.SECRET);
    String list =
        String.join(",", servers).replace("SECRET", "" + secret).replace("WRONG", "" + secret);
    List<String> options = new ArrayList<>(List.of(more));
    discoveries.forEach(one -> options.addAll(List.of("--discovery", one)));
    for (String one :
        List.of(
            "org.chroniclesync.discovery.mdns:enabled=false",
            "org.chroniclesync.transport.webrtc:connectTimeoutMillis=12000",
            "org.chroniclesync.transport.websocket:connectTimeoutMillis=3000",
            "org.chroniclesync.transport.webrtc:iceServers=[" + list + "]")) {
      options.addAll(List.of("--set", one));
    }
    return Distribution.startOn(computer, data, options.toArray(String[]::new));
  }

  private Distribution node(
      String name, List<String> computer, List<String> servers, String... more) throws IOException {
    return node(name, computer, discoveries(DISCOVERY), servers, more);
  }

  private CompletableFuture<Distribution> started(Start start) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return start.node();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Starts a node. */
  private interface Start {
    Distribution node() throws IOException;
  }

  /** If it does not start, nobody would close the one that starts meanwhile. */
  private static Distribution startedBeside(CompletableFuture<Distribution> starting, Start start)
      throws IOException {
    try {
      return start.node();
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

  /** From the first attempt to the channel, in milliseconds; negative without one. */
  private static long took(JsonNode why) {
    Instant first = null;
    Instant last = null;
    for (JsonNode attempt : why.path("attempts")) {
      first = Instant.parse(attempt.path("startedAt").asText());
      last =
          last == null && isConnected(attempt)
              ? Instant.parse(attempt.path("endedAt").asText())
              : last;
    }
    return first == null || last == null ? -1 : Duration.between(first, last).toMillis();
  }

  private static String said(JsonNode why) {
    List<String> all = new ArrayList<>();
    why.path("findings").forEach(one -> all.add(one.path("what").asText()));
    return String.join(" ", all);
  }

  /**
   * What came of a path once.
   *
   * @param took from the first attempt to the channel, in milliseconds, or negative
   * @param rate entries a second of a first sync, or negative
   */
  private record Try(String outcome, long took, long rate, String said) {}

  private static Try tried(JsonNode why) {
    return new Try(String.join(", ", outcome(why)), took(why), -1, said(why));
  }

  /** Adds a row to the table, with the median and the greatest of several. */
  private static void row(String name, List<Try> tries) {
    Map<String, Long> outcomes =
        tries.stream()
            .collect(Collectors.groupingBy(Try::outcome, TreeMap::new, Collectors.counting()));
    String outcome =
        outcomes.entrySet().stream()
            .map(
                one -> one.getKey() + (TRIES == 1 ? "" : " " + one.getValue() + "/" + tries.size()))
            .collect(Collectors.joining("; "));
    String said = tries.stream().map(Try::said).distinct().collect(Collectors.joining(" / "));
    List<Long> times = sorted(tries, Try::took);
    List<Long> rates = sorted(tries, Try::rate);
    String took =
        times.isEmpty()
            ? "-"
            : "%.1f s".formatted(median(times) / 1_000.0)
                + (times.size() == 1
                    ? ""
                    : " (up to %.1f s)".formatted(times.get(times.size() - 1) / 1_000.0));
    String rate = rates.isEmpty() ? "" : Long.toString(median(rates));
    TABLE.add("| %s | %s | %s | %s | %s |".formatted(name, outcome, took, rate, said));
    System.out.println(TABLE.get(TABLE.size() - 1));
  }

  private static List<Long> sorted(List<Try> tries, Function<Try, Long> what) {
    return tries.stream().map(what).filter(one -> one >= 0).sorted().toList();
  }

  private static long median(List<Long> sorted) {
    return sorted.get(sorted.size() / 2);
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("cases")
  void comesThroughOrSaysWhyNot(Case path) throws Exception {
    String[] hosts = {path.name().startsWith("IPv6") ? "[" + DISCOVERY_V6 + "]" : DISCOVERY};
    List<String> one = path.one().make();
    List<String> other = path.other().make();
    List<Try> tries = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      CompletableFuture<Distribution> starting =
          started(() -> node("ann", one, discoveries(hosts), path.servers()));
      Start second = () -> node("bob", other, discoveries(hosts), path.servers());
      try (Distribution bob = startedBeside(starting, second);
          Distribution ann = starting.join()) {
        tries.add(tried(eventually(ann, path.expected())));
        await()
            .atMost(PATIENCE)
            .pollInterval(BETWEEN_QUESTIONS)
            .until(() -> why(bob), now -> isSeenFromThere(now, path.expected()));
      }
    }
    row(path.name(), tries);
    assertThat(tries).allMatch(came -> came.outcome().contains(path.expected()));
  }

  /** A device that is not connected knows what the other one thinks, and what ails that one. */
  private static boolean isSeenFromThere(JsonNode why, String expected) {
    boolean told = !why.has("view") || why.at("/view/state").asText().equals("told");
    return told && (!OF_ONE_SIDE.contains(expected) || outcome(why).contains("there-" + expected));
  }

  /** What why says once the expected came, or after a patient wait without it. */
  private static JsonNode eventually(Distribution node, String expected)
      throws IOException, InterruptedException {
    try {
      return await()
          .atMost(PATIENCE)
          .pollInterval(BETWEEN_QUESTIONS)
          .ignoreExceptions()
          .until(() -> why(node), now -> outcome(now).contains(expected));
    } catch (ConditionTimeoutException e) {
      System.out.println(node.run("why"));
      return why(node);
    }
  }

  // --- Bad roads --------------------------------------------------------------------------------

  /**
   * A road between two computers of which one is behind something bad.
   *
   * @param name in the table
   * @param millis how long the way there and back is at least
   */
  private record Road(String name, Place one, int millis) {
    Road(String name, Place one) {
      this(name, one, 0);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** What a host is made to suffer. */
  private interface Trouble {
    void begin(String host) throws IOException, InterruptedException;
  }

  private static Place open(Trouble trouble) {
    return () -> {
      List<String> computer = open().make();
      trouble.begin("o" + homes);
      return computer;
    };
  }

  private static Place far(Trouble trouble) {
    return () -> {
      String name = "o" + ++homes;
      List<String> computer = internet.farHost(name, "203.0.113." + (150 + homes), LONG_WAY_MILLIS);
      trouble.begin(name);
      return computer;
    };
  }

  private static Place narrow(boolean told) {
    return () -> {
      List<String> computer = home(ENDPOINT_INDEPENDENT).make();
      internet.mtu(homes, 1_280, told);
      return computer;
    };
  }

  static Stream<Road> roads() {
    Stream<Road> further =
        Stream.of(
            new Road("open, a first sync", open()),
            new Road("1 Mbit/s, a first sync", open(host -> internet.rate(host, "1mbit"))),
            new Road("5 % loss each way, a first sync", open(host -> internet.loss(host, 5))),
            new Road(
                "200 ms and 5 % loss each way, a first sync",
                far(host -> internet.loss(host, 5)), LONG_WAY_MILLIS),
            new Road("MTU 1,280, a first sync", narrow(true)));
    Stream<Road> roads =
        Stream.of(
            new Road("200 ms, a first sync", far(host -> {}), LONG_WAY_MILLIS),
            new Road("MTU 1,280 and nobody says so, a first sync", narrow(false)));
    return (LONG ? Stream.concat(further, roads) : roads)
        .filter(road -> ONLY.matcher(road.name()).find());
  }

  /** How long the newest ping took there and back, as why says it, in milliseconds. */
  private static long roundTrip(Distribution node) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(BETWEEN_QUESTIONS)
        .until(() -> why(node).at("/status/roundTripMillis"), JsonNode::isNumber)
        .asLong();
  }

  /** A device with nothing comes to one with much. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("roads")
  void aFirstSyncComesOverABadRoad(Road road) throws Exception {
    List<String> one = road.one().make();
    List<String> other = open().make();
    List<Try> tries = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      try (Distribution ann = node("ann", one, List.of(STUN))) {
        ann.importSample(FIRST_VISITS);
        try (Distribution bob = node("bob", other, List.of(STUN))) {
          awaitEntries(bob, FIRST_VISITS);
          Instant done = Instant.now();
          Try came = tried(why(bob));
          long roundTrip = roundTrip(bob);
          assertThat(roundTrip).isGreaterThanOrEqualTo(road.millis());
          long millis = Math.max(1, Duration.between(connectedAt(bob), done).toMillis());
          tries.add(
              new Try(
                  came.outcome(),
                  came.took(),
                  FIRST_VISITS * 1_000L / millis,
                  came.said() + (road.millis() > 0 ? " Round trip " + roundTrip + " ms." : "")));
        }
      }
    }
    row(road.name(), tries);
    // By which transport is a matter of luck where many packets are lost.
    assertThat(tries).allMatch(came -> List.of("direct", "tcp").contains(came.outcome()));
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
    TABLE.add("| %s | %s | %.1f s | | |".formatted(name, outcome, took.toMillis() / 1_000.0));
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
      // Before the change: afterwards, the new connection may be there already.
      Instant changed = Instant.now();
      internet.address(name, "eth0", before, false);
      internet.address(name, "eth0", after, true);
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
            "| both behind endpoint-dependent NATs, `mapPort` | by TCP | %.1f s | | %s |"
                .formatted(took(why) / 1_000.0, said(why)));
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
          "| both behind endpoint-dependent NATs, a third device open | by the third | - | | |");
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
      Instant gone = Instant.now();
      service.kill();
      await()
          .atMost(PATIENCE)
          .pollInterval(BETWEEN_QUESTIONS)
          .until(() -> ann.run("status").contains("Next attempt at"));
      ann.importSample(FEW_VISITS);
      awaitEntries(bob, FEW_VISITS);
      // Without it there is no new one, so it was the old one that carried them.
      assertThat(connectedAt(ann)).isBefore(gone);
      bob.kill();
      service.startAgain();
      bob.startAgain();
      awaitInSync(bob);
      TABLE.add("| discovery gone and back | the session stays, and is found again | - | | |");
    }
  }

  // --- Who answers is not the service -----------------------------------------------------------

  /** As in a hotel: nothing goes out, and every page is the one to sign in at. */
  @Test
  void aSignInPageIsSaidAndWhatIsBehindItIsFoundOnceItIsGone() throws Exception {
    List<String> one = home(ENDPOINT_INDEPENDENT).make();
    int home = homes;
    List<String> other = open().make();
    try (Program page = internet.portal(home);
        Distribution ann = node("ann", one, List.of(STUN));
        Distribution bob = node("bob", other, List.of(STUN))) {
      await()
          .atMost(PATIENCE)
          .pollInterval(BETWEEN_QUESTIONS)
          .until(() -> ann.run("status").replaceAll("\\s+", " ").contains("A web page answers at"));
      System.out.println(ann.run("status"));
      assertThat(page.isRunning()).isTrue();
      internet.signIn(home);
      Instant opened = Instant.now();
      awaitInSync(ann);
      awaitInSync(bob);
      row(
          "a sign-in page, until it is gone",
          String.join(", ", outcome(why(ann))),
          Duration.between(opened, connectedAt(ann)));
    }
  }

  /** Two services, of which one lies. */
  @Test
  void aServiceThatLiesKeepsNobodyFromWhomAnotherTellsOf() throws Exception {
    List<String> one = open().make();
    List<String> other = open().make();
    List<String> liar = internet.host("l", LIAR + "/24");
    List<String> both = discoveries(LIAR, DISCOVERY);
    try (Program lies = new Program(liar, Liar.class, "443");
        Distribution ann = node("ann", one, both, List.of());
        Distribution bob = node("bob", other, both, List.of())) {
      awaitInSync(ann);
      ann.importSample(FEW_VISITS);
      awaitEntries(bob, FEW_VISITS);
      assertThat(lies.isRunning()).isTrue();
      System.out.println(ann.run("status"));
      TABLE.add("| two services, of which one lies | connected | - | | |");
    }
  }
}
