// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Candidate;
import org.chroniclesync.api.transport.AttemptReport.Candidate.Kind;
import org.chroniclesync.api.transport.AttemptReport.Pair;
import org.chroniclesync.api.transport.AttemptReport.ServerProblem;
import org.chroniclesync.api.transport.AttemptReport.Stage;
import org.chroniclesync.support.status.Diagnosis.Code;
import org.chroniclesync.support.status.Diagnosis.Finding;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** From what transports told in the lab of networks to the cause that a person is told. */
class DiagnosisTest {
  private static final Instant NOW = Instant.parse("2026-03-05T12:00:00Z");
  private static final Candidate HOST = new Candidate(Kind.HOST, "udp", "10.0.0.2:4000");
  private static final Candidate MAPPED = new Candidate(Kind.MAPPED, "udp", "192.0.2.1:5000");
  private static final Candidate RELAYED = new Candidate(Kind.RELAYED, "udp", "192.0.2.9:6000");
  private static final Candidate PORT = new Candidate(Kind.HOST, "wss", "10.0.0.2:443");
  private static final PeerState UNREACHABLE = new PeerState.Unreachable("no way", NOW);
  private static final DiscoveryState JOINED = new DiscoveryState.Joined(NOW);

  private static NodeStatus status(DiscoveryState... discoveries) {
    return new NodeStatus(
        NOW,
        PeerId.ofNode("a"),
        null,
        List.of(),
        List.of(),
        List.of(discoveries).stream()
            .map(state -> new NodeStatus.DiscoveryStatus("websocket", state))
            .toList(),
        List.of(),
        List.of());
  }

  private static PeerStatus peer(PeerState state, @Nullable String note) {
    return new PeerStatus(
        PeerId.ofNode("b"),
        null,
        "webrtc",
        note,
        true,
        state,
        new PeerStatus.Traffic(0, 0, 0, 0, 0, 0),
        null);
  }

  private static PeerAttempt failed(
      Stage stage,
      List<Candidate> own,
      List<Candidate> peers,
      List<Pair> pairs,
      ServerProblem... problems) {
    return new PeerAttempt(
        "webrtc",
        new AttemptReport(NOW, true, stage, own, peers, pairs, List.of(problems)),
        NOW,
        "no way");
  }

  private static Pair tried(Candidate own, Candidate peers, long received) {
    return new Pair(own, peers, Pair.State.FAILED, 9, 0, received, null);
  }

  private static List<Code> codes(PeerState state, PeerAttempt... attempts) {
    return Diagnosis.of(status(JOINED), peer(state, null), List.of(attempts), null)
        .findings()
        .stream()
        .map(Finding::code)
        .toList();
  }

  private static List<Code> codes(PeerAttempt... attempts) {
    return codes(UNREACHABLE, attempts);
  }

  @Test
  void everyCauseHasARemedy() {
    for (Code code : Code.values()) {
      if (code != Code.CONNECTED) {
        assertThat(code.remedy()).as(code.name()).endsWith(".");
      }
    }
  }

  @Test
  void connectedSaysHow() {
    Diagnosis well =
        Diagnosis.of(status(JOINED), peer(new PeerState.InSync(NOW), "x"), List.of(), null);
    assertThat(well.findings()).extracting(Finding::code).containsExactly(Code.CONNECTED);
    assertThat(well.findings().get(0).what()).endsWith("x.");
  }

  @Test
  void nobodyIsSeenWithoutADiscovery() {
    DiscoveryState waiting = new DiscoveryState.Waiting("no answer", NOW);
    assertThat(Diagnosis.of(status(waiting), null, List.of(), null).findings().get(0).code())
        .isEqualTo(Code.NO_DISCOVERY);
    assertThat(
            Diagnosis.of(status(waiting, JOINED), null, List.of(), null).findings().get(0).code())
        .isEqualTo(Code.NOT_SEEN);
    assertThat(codes(new PeerState.Gone(NOW))).containsExactly(Code.NOT_SEEN);
  }

  @Test
  void otherWordsComeBeforeAllElse() {
    assertThat(
            codes(
                new PeerState.Refused("not sealed"),
                failed(Stage.AWAITING_ANSWER, List.of(HOST), List.of(), List.of())))
        .containsExactly(Code.OTHER_WORDS);
  }

  @Test
  void withoutAnAttemptATransportIsMissing() {
    assertThat(codes()).containsExactly(Code.NO_TRANSPORT);
    assertThat(codes(new PeerState.Connecting())).containsExactly(Code.NOT_TRIED);
  }

  @Test
  void anOfferThatNobodyAnswers() {
    assertThat(codes(failed(Stage.AWAITING_ANSWER, List.of(HOST), List.of(), List.of())))
        .containsExactly(Code.NO_ANSWER);
    assertThat(codes(failed(Stage.AWAITING_ANSWER, List.of(), List.of(), List.of())))
        .containsExactly(Code.NO_ADDRESS);
  }

  @Test
  void noAddressOfEitherSide() {
    assertThat(codes(failed(Stage.CHECKING, List.of(), List.of(HOST), List.of())))
        .containsExactly(Code.NO_ADDRESS);
    assertThat(codes(failed(Stage.CHECKING, List.of(HOST), List.of(), List.of())))
        .containsExactly(Code.NO_PEER_ADDRESS);
  }

  @Test
  void onlyAddressesOfTheirOwnNetworks() {
    assertThat(
            codes(
                failed(
                    Stage.CHECKING, List.of(HOST), List.of(HOST), List.of(tried(HOST, HOST, 0)))))
        .containsExactly(Code.ONLY_OWN_ADDRESSES);
  }

  @Test
  void bothBehindRoutersThatLetNobodyIn() {
    PeerAttempt attempt =
        failed(
            Stage.CHECKING,
            List.of(HOST, MAPPED),
            List.of(HOST, MAPPED),
            List.of(tried(MAPPED, MAPPED, 0)));
    assertThat(codes(attempt)).containsExactly(Code.NO_RELAY);
  }

  @Test
  void whatTheOtherSideSendsIsTold() {
    PeerAttempt attempt =
        failed(
            Stage.CHECKING,
            List.of(HOST, MAPPED),
            List.of(MAPPED),
            List.of(tried(MAPPED, MAPPED, 4)));
    assertThat(
            Diagnosis.of(status(JOINED), peer(UNREACHABLE, null), List.of(attempt), null)
                .findings()
                .get(0)
                .what())
        .contains("Its requests come here");
  }

  @Test
  void whatComesToEachSideIsToldWhereBothSay() {
    List<Candidate> known = List.of(HOST, MAPPED);
    PeerAttempt deaf = failed(Stage.CHECKING, known, known, List.of(tried(MAPPED, MAPPED, 0)));
    PeerAttempt reached = failed(Stage.CHECKING, known, known, List.of(tried(MAPPED, MAPPED, 4)));
    assertThat(what(deaf, reached)).contains("nothing that the other sends comes here");
    assertThat(what(reached, deaf)).contains("what this device sends does not come there");
    assertThat(what(reached, reached)).contains("The requests of each come to the other");
    assertThat(what(deaf, deaf)).contains("Nothing that either side sends");
  }

  private static String what(PeerAttempt here, PeerAttempt there) {
    return found(here, new PeerView.Told(NOW, List.of(there))).get(0).what();
  }

  private static List<Diagnosis.Finding> found(PeerAttempt here, PeerView view) {
    return Diagnosis.of(status(JOINED), peer(UNREACHABLE, null), List.of(here), view).findings();
  }

  @Test
  void whatAilsTheOtherSideIsACauseToo() {
    ServerProblem stun = new ServerProblem("stun:192.0.2.9:3478", 701, "timed out");
    ServerProblem silent = new ServerProblem("turn:192.0.2.9:3478?transport=udp", 701, "");
    ServerProblem refusing = new ServerProblem("turn:192.0.2.9:3478", 401, "Unauthorized");
    List<Candidate> host = List.of(HOST);
    PeerAttempt here = failed(Stage.CHECKING, List.of(HOST, MAPPED), host, List.of());
    PeerAttempt there =
        failed(Stage.CHECKING, host, List.of(HOST, MAPPED), List.of(), stun, silent, refusing);
    List<Diagnosis.Finding> found = found(here, new PeerView.Told(NOW, List.of(there)));
    assertThat(found)
        .extracting(Diagnosis.Finding::code)
        .containsExactly(
            Code.NO_RELAY,
            Code.THERE_STUN_UNREACHABLE,
            Code.THERE_TURN_UNREACHABLE,
            Code.THERE_TURN_REFUSED);
    assertThat(found.get(0).remedy()).as("the server that does not help is the cause").isEmpty();
    PeerAttempt nowhere = failed(Stage.AWAITING_ANSWER, List.of(), host, List.of());
    assertThat(found(here, new PeerView.Told(NOW, List.of(nowhere))))
        .extracting(Diagnosis.Finding::code)
        .containsExactly(Code.NO_RELAY, Code.THERE_NO_ADDRESS);
    assertThat(found(here, new PeerView.Silent()))
        .extracting(Diagnosis.Finding::code)
        .containsExactly(Code.NO_RELAY, Code.THERE_SILENT);
  }

  @Test
  void anAttemptByAnotherTransportOrUnderWaySaysNothing() {
    List<Candidate> known = List.of(HOST, MAPPED);
    PeerAttempt here = failed(Stage.CHECKING, known, known, List.of(tried(MAPPED, MAPPED, 0)));
    AttemptReport report = failed(Stage.PREPARING, List.of(), List.of(), List.of()).report();
    for (PeerAttempt there :
        List.of(
            new PeerAttempt("other", report, NOW, "no way"),
            new PeerAttempt(here.transport(), report, null, null))) {
      assertThat(found(here, new PeerView.Told(NOW, List.of(there))))
          .extracting(Diagnosis.Finding::code)
          .containsExactly(Code.NO_RELAY);
    }
  }

  @Test
  void aRelayThatDoesNotSuffice() {
    assertThat(
            codes(
                failed(
                    Stage.CHECKING,
                    List.of(HOST, RELAYED),
                    List.of(MAPPED),
                    List.of(tried(RELAYED, MAPPED, 0)))))
        .containsExactly(Code.RELAY_NOT_ENOUGH);
  }

  @Test
  void serversThatDoNotHelp() {
    ServerProblem stun = new ServerProblem("stun:192.0.2.9:3478", 701, "timed out");
    ServerProblem silent = new ServerProblem("turn:192.0.2.9:3478?transport=udp", 701, "");
    ServerProblem refusing = new ServerProblem("turn:192.0.2.9:3478", 401, "Unauthorized");
    List<Candidate> host = List.of(HOST);
    assertThat(codes(failed(Stage.CHECKING, host, host, List.of(), stun, silent)))
        .containsExactly(Code.ONLY_OWN_ADDRESSES, Code.STUN_UNREACHABLE, Code.TURN_UNREACHABLE);
    assertThat(codes(failed(Stage.CHECKING, host, host, List.of(), refusing)))
        .containsExactly(Code.ONLY_OWN_ADDRESSES, Code.TURN_REFUSED);
    assertThat(
            codes(failed(Stage.CHECKING, List.of(HOST, MAPPED), host, List.of(), stun, refusing)))
        .as("another server told it")
        .containsExactly(Code.NO_RELAY, Code.TURN_REFUSED);
  }

  @Test
  void whoHasAServerThatDoesNotHelpIsNotToldToSetOne() {
    ServerProblem refusing = new ServerProblem("turn:192.0.2.9:3478", 401, "Unauthorized");
    List<Candidate> known = List.of(HOST, MAPPED);

    assertThat(remedies(failed(Stage.CHECKING, known, known, List.of(), refusing)))
        .containsExactly("", Code.TURN_REFUSED.remedy());
    assertThat(remedies(failed(Stage.CHECKING, known, known, List.of())))
        .containsExactly(Code.NO_RELAY.remedy());
  }

  private static List<String> remedies(PeerAttempt attempt) {
    return Diagnosis.of(status(JOINED), peer(UNREACHABLE, null), List.of(attempt), null)
        .findings()
        .stream()
        .map(Diagnosis.Finding::remedy)
        .toList();
  }

  @Test
  void aReachedPeerThatCannotBeSecured() {
    assertThat(codes(failed(Stage.SECURING, List.of(HOST), List.of(HOST), List.of())))
        .containsExactly(Code.LOST_FIRST_STEP);
  }

  @Test
  void portsThatAreClosed() {
    assertThat(codes(failed(Stage.CHECKING, List.of(PORT), List.of(PORT), List.of())))
        .containsExactly(Code.PORT_CLOSED);
  }

  @Test
  void theLastAttemptOfEachTransportCounts() {
    PeerAttempt newest = failed(Stage.SECURING, List.of(HOST), List.of(HOST), List.of());
    PeerAttempt older = failed(Stage.AWAITING_ANSWER, List.of(HOST), List.of(), List.of());
    PeerAttempt other =
        new PeerAttempt("websocket", AttemptReport.unknown(NOW, true), NOW, "port 1 is closed");
    PeerAttempt now = new PeerAttempt("webrtc", AttemptReport.unknown(NOW, true), null, null);
    assertThat(codes(now, newest, older, other))
        .containsExactly(Code.LOST_FIRST_STEP, Code.UNEXPLAINED);
    assertThat(codes(now)).containsExactly(Code.UNDER_WAY);
  }
}
