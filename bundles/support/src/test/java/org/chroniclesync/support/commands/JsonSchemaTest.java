// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.ProfileStatus;
import org.chroniclesync.api.importer.SkipReason;
import org.chroniclesync.api.page.Page;
import org.chroniclesync.api.page.Sharing;
import org.chroniclesync.api.pairing.Invitation;
import org.chroniclesync.api.rules.Rule;
import org.chroniclesync.api.rules.Rules;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.SearchResults.UnknownWord;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.api.sync.SharedServices;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Candidate;
import org.chroniclesync.api.transport.AttemptReport.Pair;
import org.chroniclesync.support.status.Diagnosis;
import org.chroniclesync.support.status.Labels;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What programs read is what {@code docs/json/commands.schema.json} says, and nothing else. */
class JsonSchemaTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final Path FILE = Path.of("../../docs/json/commands.schema.json");
  private static final Instant NOW = Instant.parse("2026-03-05T12:00:00.123456Z");
  private static final Device DEVICE =
      new Device(new DeviceId("laptop"), "Linux", "agent", "Chromium", "156.0");

  private final ObjectNode schemas = read();

  private static ObjectNode read() {
    try {
      return (ObjectNode) MAPPER.readTree(FILE.toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void conforms(String command, String output) throws IOException {
    assertThat(output).as("one line").doesNotContain("\n");
    assertThat(schemas.path("$defs").has(command)).as(command + " is described").isTrue();
    ObjectNode one = schemas.deepCopy();
    one.put("$ref", "#/$defs/" + command.replace(" ", "%20"));
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(one);
    JsonNode read = MAPPER.readTree(output);
    assertThat(schema.validate(read)).as(read.toPrettyString()).isEmpty();
  }

  /** The states as values; one of each class that a state may have. */
  private static <T> List<T> complete(Class<?> sealed, List<T> values) {
    assertThat(values.stream().map(Object::getClass).collect(Collectors.toSet()))
        .as("all kinds of " + sealed.getSimpleName())
        .containsExactlyInAnyOrderElementsOf(leaves(sealed));
    return values;
  }

  private static List<Class<?>> leaves(Class<?> sealed) {
    return sealed.isSealed()
        ? Arrays.stream(sealed.getPermittedSubclasses())
            .flatMap(next -> leaves(next).stream())
            .collect(Collectors.toList())
        : List.of(sealed);
  }

  private static <T, R> List<R> each(List<T> states, Function<T, R> with) {
    return states.stream().map(with).toList();
  }

  /** One attempt in each step, with pairs in each state. */
  private static List<PeerAttempt> attempts() {
    Candidate own = new Candidate(Candidate.Kind.HOST, "udp", "10.0.0.1:4000");
    List<Pair> pairs =
        Arrays.stream(Pair.State.values())
            .map(
                state ->
                    state == Pair.State.FAILED
                        ? new Pair(null, own, state, -1, -1, -1, "refused")
                        : new Pair(own, own, state, 3, 2, 1, null))
            .toList();
    List<Candidate> all =
        Arrays.stream(Candidate.Kind.values())
            .map(kind -> new Candidate(kind, "udp", "[2001:db8::1]:4000"))
            .toList();
    return Arrays.stream(AttemptReport.Stage.values())
        .map(
            stage ->
                new PeerAttempt(
                    "webrtc",
                    new AttemptReport(
                        NOW,
                        stage == AttemptReport.Stage.OPEN,
                        stage,
                        all,
                        all,
                        pairs,
                        List.of(new AttemptReport.ServerProblem("turn:x", 401, "Unauthorized"))),
                    stage == AttemptReport.Stage.CHECKING ? null : NOW,
                    stage == AttemptReport.Stage.OPEN ? null : "no way"))
        .toList();
  }

  private static List<PeerView> views() {
    return List.of(
        new PeerView.Told(NOW, attempts()),
        new PeerView.Told(NOW, List.of()),
        new PeerView.Silent(),
        new PeerView.Unasked(PeerView.Unasked.Reason.CANNOT),
        new PeerView.Unasked(PeerView.Unasked.Reason.NO_WAY));
  }

  @Test
  void why() throws Exception {
    PeerId id = PeerId.ofNode("b");
    for (PeerState state : complete(PeerState.class, PEER_STATES)) {
      PeerStatus peer = peer(state, DEVICE);
      for (List<PeerAttempt> some : List.of(attempts(), List.<PeerAttempt>of())) {
        for (PeerView view : views()) {
          Diagnosis found = Diagnosis.of(status(), peer, some, view);
          conforms("why", Json.why(id, peer, labels(), found, some, view));
        }
      }
    }
    conforms(
        "why",
        Json.why(
            id, null, labels(), Diagnosis.of(status(), null, List.of(), null), List.of(), null));
    List<String> codes =
        Arrays.stream(Diagnosis.Code.values())
            .map(code -> code.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .toList();
    JsonNode described = schemas.at("/$defs/why/properties/findings/items/properties/code/enum");
    assertThat(described.elements())
        .toIterable()
        .extracting(JsonNode::asText)
        .containsExactlyElementsOf(codes);
  }

  private static final List<PeerState> PEER_STATES =
      List.of(
          new PeerState.Connecting(),
          new PeerState.Unreachable("no way", NOW),
          new PeerState.Syncing(1, 2),
          new PeerState.HeldUp("no storage"),
          new PeerState.InSync(NOW),
          new PeerState.Refused("other words"),
          new PeerState.Gone(NOW));

  private static PeerStatus peer(PeerState state, @Nullable Device device) {
    return new PeerStatus(
        PeerId.ofNode("b"),
        device,
        device == null ? null : "webrtc",
        device == null ? null : "no better",
        true,
        state,
        new PeerStatus.Traffic(1, 2, 3, 4, 5, 6),
        Duration.ofMillis(12));
  }

  private static NodeStatus status() {
    List<PeerStatus> peers =
        new ArrayList<>(each(complete(PeerState.class, PEER_STATES), one -> peer(one, DEVICE)));
    peers.add(peer(new PeerState.Connecting(), null));
    return new NodeStatus(
        NOW,
        PeerId.ofNode("a"),
        new StoreState(new FeedId("feed"), 7, 5, 2),
        each(
            complete(
                StorageStatus.Role.class,
                List.of(
                    new StorageStatus.Role.Starting(),
                    new StorageStatus.Role.InUse("memory"),
                    new StorageStatus.Role.StandingBy(3),
                    new StorageStatus.Role.PassedOver())),
            role -> new StorageStatus("sqlite", true, role)),
        each(
            complete(
                Part.State.class,
                List.of(
                    new Part.Well(),
                    new Part.Starting(),
                    new Part.Paused("Nothing until 10:30.", "resume ends it."),
                    new Part.Degraded("cause", "remedy"),
                    new Part.Failed("cause", "remedy"),
                    new Part.Missing("cause", "remedy"))),
            state -> new Part("storage", "sqlite", state)),
        each(
            complete(
                DiscoveryState.class,
                List.of(
                    new DiscoveryState.Joining(),
                    new DiscoveryState.Joined(NOW),
                    new DiscoveryState.Waiting("refused", NOW),
                    new DiscoveryState.Refused("other words"),
                    new DiscoveryState.Idle("no network"),
                    new DiscoveryState.StandingBy("another is in use"),
                    new DiscoveryState.Left())),
            state -> new NodeStatus.DiscoveryStatus("websocket", state)),
        peers,
        List.of(new NodeStatus.Failure(NOW, "Something.", 2)));
  }

  private static Labels labels() throws InterruptedException {
    return Labels.of(null, status());
  }

  @Test
  void statusAndPeers() throws Exception {
    conforms("status", Json.status(status(), labels()));
    conforms("peers", Json.peers(status().peers(), labels()));
    NodeStatus starting =
        new NodeStatus(NOW, null, null, List.of(), List.of(), List.of(), List.of(), List.of());
    conforms("status", Json.status(starting, labels()));
    KnownDevice known = new KnownDevice(PeerId.ofNode("b"), true, "Chromium", NOW, NOW);
    conforms("peers --known", Json.known(List.of(known), labels()));
  }

  @Test
  void pagesAndVisits() throws Exception {
    Hit hit =
        new Hit(
            "https://example.org/",
            "\ud83d half",
            3,
            1_700_000_000_000.25,
            List.of(DEVICE),
            new Rank(1.5, 1, 7),
            "half",
            List.of());
    conforms(
        "search",
        Json.results(
            new SearchResults(
                List.of(hit),
                null,
                List.of(new UnknownWord("kubernets", "kubernetes"), new UnknownWord("xq", null))),
            labels()));
    Entry entry =
        new Entry(
            DEVICE,
            "1",
            "https://example.org/",
            "Example",
            1_700_000_000_000d,
            "0",
            "link",
            1,
            false,
            null,
            UnknownFields.NONE);
    assertThat(Json.entries(List.of(entry), labels())).contains("\"visitTime\":1700000000000,");
    conforms("history", Json.entries(List.of(entry), labels()));
    conforms("devices", Json.devices(List.of(new DeviceSummary(DEVICE, 3)), labels()));
  }

  @Test
  void eachCommandThatPrintsJsonIsDescribed() {
    assertThat(Manual.pages())
        .filteredOn(page -> page.text().contains(Help.JSON_OPTION + " "))
        .hasSizeGreaterThan(10)
        .allSatisfy(
            page -> assertThat(schemas.path("$defs").has(page.name())).as(page.name()).isTrue());
  }

  @Test
  void theLinkToThePage() throws Exception {
    conforms(
        "open", Json.link(new Page.Link(URI.create("http://127.0.0.1:7717/open?once=x"), NOW)));
  }

  @Test
  void howThePageIsShared() throws Exception {
    Instant at = Instant.parse("2026-11-30T12:00:00Z");
    conforms(
        "share",
        Json.share(
            new Sharing.State(
                true,
                7743,
                true,
                List.of(URI.create("https://192.168.1.20:7743/")),
                "AB".repeat(32),
                at,
                List.of("1"),
                null,
                List.of(new Sharing.Guest("1", "Firefox on Android", "192.168.1.7", at, at)))));
    conforms(
        "share",
        Json.share(
            new Sharing.State(
                false, 7743, false, List.of(), null, null, List.of(), "Why.", List.of())));
  }

  @Test
  void linesThatAreStreamed() throws Exception {
    Entry visit =
        new Entry(
            DEVICE,
            "v1",
            "https://example.org/",
            "Title",
            1_700_000_000_000.25,
            "0",
            "link",
            1_700_000_000_000L,
            false,
            null,
            UnknownFields.NONE);
    Hit hit =
        new Hit(
            "https://example.org/",
            "Title",
            3,
            1_700_000_000_000.25,
            List.of(DEVICE),
            new Rank(1.5, 1, 7),
            "snippet",
            List.of());
    assertThat(Json.entry(visit, labels())).contains("\"visitTime\":1700000000000.25,");
    conforms("history line", Json.entry(visit, labels()));
    conforms("search line", Json.result(hit, labels()));
    conforms("watch", Json.seen(visit, labels()));
    conforms("watch", Json.gone(visit.id()));
    conforms("watch", Json.missed());
    conforms("watch", Json.stateOf(status(), labels()));
  }

  @Test
  void importedFiles() throws Exception {
    conforms(
        "import",
        Json.reports(
            List.of(
                new FileImport.Report(
                    "/a!/b",
                    "Safari's database",
                    DEVICE.id(),
                    7,
                    Arrays.stream(SkipReason.values())
                        .collect(Collectors.toMap(reason -> reason, reason -> 1L)),
                    null),
                new FileImport.Report("/c", "", null, 0, Map.of(), "There is no such file.")),
            true));
  }

  @Test
  void rules() throws Exception {
    List<Rules.Standing> all = new ArrayList<>();
    for (Rule.Kind kind : Rule.Kind.values()) {
      all.add(new Rules.Standing(new Rule(kind, "text"), Rules.Scope.DEVICE));
      all.add(new Rules.Standing(new Rule(kind, "text"), Rules.Scope.ACCOUNT));
    }
    conforms("rules", Json.rules(all));
    conforms(
        "services",
        Json.services(
            List.of(
                new SharedServices.Shared("wss://discovery.example.org/", 0),
                new SharedServices.Shared("wss://second.example.org/", 2))));
    Rule rule = new Rule(Rule.Kind.HOST, "example.org");
    conforms("rules test", Json.judgement(Optional.of(rule), "https://example.org/"));
    conforms("rules test", Json.judgement(Optional.empty(), "https://example.org/"));
    Rules.Outcome outcome = new Rules.Outcome(Map.of(rule, 7L), 2);
    conforms(
        "rules apply",
        Json.outcome(
            outcome,
            true,
            new Deletion(1, NOW, 7, Deletion.State.UNDOABLE, NOW, null, List.of(), List.of())));
    conforms("rules apply", Json.outcome(new Rules.Outcome(Map.of(), 0), false, null));
  }

  @Test
  void profiles() throws Exception {
    conforms(
        "profiles",
        Json.profiles(
            List.of(
                new ProfileStatus(
                    "Chromium",
                    Path.of("/home/a"),
                    DEVICE.id(),
                    7,
                    Arrays.stream(SkipReason.values())
                        .collect(Collectors.toMap(reason -> reason, reason -> 1L)),
                    NOW,
                    null),
                new ProfileStatus(
                    "Firefox", Path.of("/home/b"), null, 0, Map.of(), null, "It is locked."))));
  }

  @Test
  void codes() throws IOException {
    conforms("pair", Json.invitation(null));
    for (Invitation.State state :
        complete(
            Invitation.State.class,
            List.of(
                new Invitation.State.Open(),
                new Invitation.State.Meeting(),
                new Invitation.State.Given("laptop"),
                new Invitation.State.Ended("why")))) {
      conforms("pair", Json.invitation(new Invitation("7-ocean-rabbit", NOW, state)));
    }
  }

  @Test
  void deletions() throws Exception {
    KnownDevice known = new KnownDevice(PeerId.ofNode("b"), true, "Chromium", NOW, NOW);
    List<Deletion> all =
        each(
            List.of(Deletion.State.values()),
            state ->
                new Deletion(
                    1,
                    NOW,
                    7,
                    state,
                    state == Deletion.State.UNDOABLE ? NOW : null,
                    state == Deletion.State.FAILED ? "It failed." : null,
                    List.of(known),
                    List.of(known)));
    conforms("deletions", Json.deletions(all, labels()));
    conforms("delete", Json.deletion(all.get(0), labels()));
    conforms("undo", Json.deletion(all.get(1), labels()));
    conforms(
        "delete --preview",
        Json.preview(new Preview(7, 3, 2, List.of(new DeviceSummary(DEVICE, 7)))));
  }
}
