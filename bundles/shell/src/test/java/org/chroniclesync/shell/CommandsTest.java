// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Candidate;
import org.chroniclesync.api.transport.AttemptReport.Pair;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommandsTest {
  private final FakeNode node = new FakeNode();
  private final ShellServices services = new ShellServices();
  private final Commands commands = new Commands(services);

  @BeforeEach
  void bind() {
    services.bindNode(node.face());
    services.bindHistory(node);
  }

  @Test
  void statusSaysWhereEverythingStands() throws Exception {
    assertThat(commands.status(false))
        .contains("3 entries, 1 deleted")
        .contains("memory: in use, copied everything from sqlite; loses everything when it stops")
        .contains("sqlite: catching up, 7 changes left")
        .contains("websocket: in the room since")
        .contains("other: Nobody answers. Next attempt at")
        .contains("peer: syncing 3 of 10 (webrtc did not get through: ")
        .contains("; using websocket)")
        .contains("(2 times)")
        .doesNotContain("\u001b", "\u202e");
  }

  @Test
  void statusAsJsonIsOneLineThatHoldsTheSame() throws Exception {
    String line = commands.status(true);
    JsonNode status = new ObjectMapper().readTree(line);

    assertThat(line).doesNotContain("\n").matches("\\p{ASCII}*").doesNotContain("\u001b");
    assertThat(status.at("/store/entries").asLong()).isEqualTo(3);
    assertThat(status.at("/storages/0/copiedFrom").asText()).isEqualTo("sqlite");
    assertThat(status.at("/storages/1/left").asLong()).isEqualTo(7);
    assertThat(status.at("/peers/0/state").asText()).isEqualTo("syncing");
    assertThat(status.at("/peers/0/transportNote").asText()).endsWith("; using websocket");
    assertThat(status.at("/peers/0/traffic/bytesOut").asLong()).isEqualTo(2_000);
    assertThat(status.at("/discoveries/0/state").asText()).isEqualTo("joined");
    assertThat(status.at("/failures/0/what").asText()).isEqualTo(FakeNode.HOSTILE);
  }

  @Test
  void hostileTitlesAreShownHarmless() throws Exception {
    assertThat(commands.history(Console.NONE, false, false, "10", "", "", ""))
        .contains("Harmless \\u{1b}")
        .doesNotContain("\u001b");
    assertThat(commands.search(Console.NONE, false, false, "10", "", "x"))
        .doesNotContain("\u001b", "\u202e");
    assertThat(commands.search(Console.NONE, true, false, "10", "", "x"))
        .doesNotContain("\u001b", "\u202e");
  }

  @Test
  void searchTakesAllItsWords() throws Exception {
    assertThat(commands.search(Console.NONE, false, false, "10", "", "two", "words"))
        .contains("for two words");
    assertThatThrownBy(() -> commands.search(Console.NONE, false, false, "10", ""))
        .hasMessageContaining("words to search for");
  }

  @Test
  void theLimitIsKept() throws Exception {
    assertThat(commands.history(Console.NONE, false, false, "2", "", "", "").lines()).hasSize(2);
    assertThatThrownBy(() -> commands.history(Console.NONE, false, false, "0", "", "", ""))
        .hasMessageContaining("from 1 to 1,000");
    for (String wrong : List.of("1001", "-1", "many", "", "1.5", "99999999999")) {
      assertThatThrownBy(() -> commands.history(Console.NONE, false, false, wrong, "", "", ""))
          .hasMessageContaining("--limit takes a whole number from 1 to 1,000");
    }
  }

  @Test
  void historyTakesDatesAndMoments() throws Exception {
    String last = commands.history(Console.NONE, false, false, "1", "", "", "");
    assertThat(last).startsWith("2023-11-14 22:13:20");
    assertThat(commands.history(Console.NONE, false, false, "9", "2023-11", "2023-12", "").lines())
        .hasSize(3);
    assertThat(commands.history(Console.NONE, false, false, "9", "", "2023-11-14", ""))
        .isEqualTo("No visits were found.");
    assertThat(commands.history(Console.NONE, false, false, "9", "2023-11-14T22:13:00Z", "", ""))
        .isNotEmpty();
    for (String wrong : List.of("soonish", "2023-13", "x".repeat(2_000), "\"")) {
      assertThatThrownBy(() -> commands.history(Console.NONE, false, false, "9", wrong, "", ""))
          .hasMessageContaining("--after takes a date, such as yesterday");
    }
  }

  @Test
  void aSearchGoesOnWhereItsContinuationSaysAndNowhereElse() {
    assertThatThrownBy(() -> commands.search(Console.NONE, false, false, "1", "nonsense", "two"))
        .hasMessageContaining("not the continuation of a search");
  }

  @Test
  void tablesListPeersAndDevices() throws Exception {
    assertThat(commands.peers(false, false))
        .contains("websocket")
        .contains("2.0 kB")
        .contains("; using websocket)");
    assertThat(commands.devices(false)).contains("Firefox 140", "Linux").doesNotContain("laptop");
    assertThat(commands.devices(true)).contains("\"entries\":3");
  }

  /** What a peer and a server say goes to the terminal of the owner. */
  @Test
  void whyShowsWhatWasTriedAndNothingThatATerminalObeys() throws Exception {
    Candidate own = new Candidate(Candidate.Kind.HOST, "udp", "10.0.0.2:4000");
    Candidate hostile = new Candidate(Candidate.Kind.MAPPED, "udp", "\u001b[2J\u202e:1");
    Instant start = Instant.parse("2026-03-05T12:00:00Z");
    node.attempts.add(
        new PeerAttempt(
            "webrtc",
            new AttemptReport(
                start,
                true,
                AttemptReport.Stage.CHECKING,
                List.of(own),
                List.of(hostile),
                List.of(new Pair(own, hostile, Pair.State.FAILED, 7, 0, 3, null)),
                List.of(new AttemptReport.ServerProblem("turn:x", 401, "\u001b]0;owned\u0007"))),
            start.plusMillis(1_500),
            "no way"));
    node.state = new PeerState.Unreachable("no way", start);
    String text = commands.why(false, "peer");
    assertThat(text)
        .contains("udp 10.0.0.2:4000 (host)", "failed after 1.5 s", "turn:x", "(401)", "no way")
        .containsPattern("7 +0 +3 +failed")
        .doesNotContain("\u001b", "\u202e", "\u0007");
    assertThat(commands.why(true, "peer"))
        .contains("\"address\":\"10.0.0.2:4000\"", "\"sent\":7")
        .doesNotContain("\u001b", "\u202e", "\n");
    assertThatThrownBy(() -> commands.why(false, "nobody")).hasMessageContaining("nobody");
    assertThat(text).contains("is not known: it was asked, and did not answer");

    node.view = new PeerView.Told(start, List.copyOf(node.attempts));
    String both = commands.why(false, "peer");
    assertThat(both.substring(both.indexOf("What the other device says:")))
        .contains("the other device offered", "OTHER DEVICE", "udp 10.0.0.2:4000 (host)")
        .containsPattern("7 +0 +3 +failed")
        .doesNotContain("\u001b", "\u202e", "\u0007");
  }

  @Test
  void devicesAreCalledByBrowserProfileAndComputer() throws Exception {
    services.bindNames(new FakeNames("\u001b[2JPC", "Work"));

    assertThat(commands.devices(false))
        .contains("Firefox (Work) on \\u{202e}[2JPC")
        .contains("visits  device", "profile", "computer")
        .doesNotContain("\u202e");
    assertThat(commands.devices(true))
        .contains("\"deviceId\":\"laptop\"", "\"profile\":\"Work\"", "\"computer\":\"");
    assertThat(commands.history(Console.NONE, false, false, "1", "", "", ""))
        .contains("Firefox (Work) on ");
    assertThat(commands.search(Console.NONE, false, false, "1", "", "two"))
        .contains("2 visits on Firefox (Work) on ");
    assertThat(commands.status(false))
        .contains("this device  \\u{1b}[2JPC (self)")
        .doesNotContain("\u001b");
    assertThat(commands.status(true)).contains("\"computer\":\"");
  }

  @Test
  void aDeviceIsGivenAName() throws Exception {
    FakeNames names = new FakeNames("PC", "Work");
    services.bindNames(names);

    assertThat(commands.devices(false, "rename", "firefox (work) on pc", "My \u001b one"))
        .isEqualTo("It is called My \\u{1b} one now, on all your devices.");
    assertThat(commands.devices(false, "rename", "laptop", "")).contains("no name of its own");

    assertThat(names.given).containsExactly("laptop=My \u001b one", "laptop=");
    assertThatThrownBy(() -> commands.devices(false, "rename", "phone", "x"))
        .hasMessage("No device is called phone. Enter it as devices or peers --known lists it.");
    for (String[] wrong : new String[][] {{"rename"}, {"rename", "a"}, {"x", "a", "b"}}) {
      assertThatThrownBy(() -> commands.devices(false, wrong))
          .hasMessageContaining("devices [rename DEVICE NAME]");
    }
    services.unbindNames(names);
    assertThatThrownBy(() -> commands.devices(false, "rename", "Firefox", "x"))
        .hasMessageContaining("org.chroniclesync.handler.standard");
  }

  @Test
  void devicesThatWereEverThereAreListed() throws Exception {
    assertThat(commands.peers(false, true))
        .contains("node.laptop")
        .contains("Linux, ChronicleSync node")
        .contains("node");
    assertThat(commands.peers(true, true))
        .contains("\"peer\":\"node.laptop\"")
        .contains("\"firstSeen\":\"2026-01-02T03:04:05Z\"");
  }

  @Test
  void syncIsPassedOn() {
    commands.sync();

    assertThat(node.syncs).hasValue(1);
  }

  @Test
  void withoutANodeItSaysSo() {
    services.unbindNode(node.face());

    assertThatThrownBy(() -> commands.status(false)).hasMessageContaining("not running");
  }

  @Test
  void withoutAStorageNobodyWaits() throws Exception {
    node.loseStorage();

    assertThat(commands.status(false))
        .startsWith("not well     storage sqlite does not work: The disk is gone.")
        .contains("Plug it in.");
    assertThatThrownBy(() -> commands.devices(false)).hasMessageContaining("No storage");
  }

  @Test
  void aStorageThatIsStartingIsNoFailure() throws Exception {
    node.startStorage();

    assertThat(commands.status(false))
        .contains("history      the storage is starting\n", "sqlite: starting\n")
        .doesNotContain("not well", "fails");
    assertThat(commands.status(true))
        .contains("\"level\":\"busy\"", "\"role\":\"starting\"", "\"store\":null");
  }

  @Test
  void whatItsOwnerPausedIsNoTrouble() throws Exception {
    node.paused = new Part("importer", "pause", new Part.Paused("Nothing until 10:30.", "resume."));

    assertThat(commands.status(false))
        .startsWith("paused       Nothing until 10:30.\n               resume.\n")
        .doesNotContain("not well");
    assertThat(commands.status(true))
        .contains("\"state\":\"paused\"", "\"cause\":\"Nothing until 10:30.\"", "\"remedy\"");
  }

  @Test
  void aNewNodeBoundBeforeTheOldIsUnboundStays() {
    FakeNode other = new FakeNode();
    services.bindNode(other.face());
    services.unbindNode(node.face());
    commands.sync();

    assertThat(other.syncs).hasValue(1);
  }
}
