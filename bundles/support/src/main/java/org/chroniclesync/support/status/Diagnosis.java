// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Candidate;
import org.chroniclesync.api.transport.AttemptReport.Pair;
import org.chroniclesync.api.transport.AttemptReport.ServerProblem;
import org.jspecify.annotations.Nullable;

/**
 * Why a device is not connected, or how it is. It holds no text from outside but what a discovery
 * or a state says, which is not escaped yet.
 *
 * @param findings what was found, the nearest cause first; one at least
 */
public record Diagnosis(List<Finding> findings) {
  /** What was found. */
  public enum Code {
    CONNECTED("The two are connected.", ""),
    OTHER_WORDS(
        "What comes in its name is not of your account.",
        "Give both devices the same 24 words: run pair on one, and join with its code on the"
            + " other."),
    NO_DISCOVERY(
        "This device is in no room, so it finds nobody.",
        "status says why for each discovery. On one network, see that mdns is on; else set a"
            + " discovery service that both devices use, or connect by hand with offer and"
            + " answer."),
    NOT_SEEN(
        "No discovery sees the other device.",
        "See there whether the node runs, is awake and online, and run status: it must be in a"
            + " room of the same discovery, with the same 24 words."),
    NO_TRANSPORT(
        "Nothing runs here by which the two could connect.",
        "status names the transport that is missing or fails; start or install it."),
    NOT_TRIED(
        "The other device was just seen, or it is its turn to begin.",
        "Ask again in half a minute."),
    UNDER_WAY("An attempt is under way.", "Ask again in half a minute."),
    NO_ADDRESS(
        "This device has no address at which it could be reached.",
        "See whether it is in a network. With relayOnly, see whether the TURN server answers."),
    NO_ANSWER(
        "The other device does not answer an offer.",
        "See there whether the node runs and is awake, and by status whether it has the transport,"
            + " too. If it does, the discovery loses signals: try another one."),
    NO_PEER_ADDRESS(
        "The other device told no address that could be tried.",
        "See whether it is in a network, and run why there."),
    LOST_FIRST_STEP(
        "The two reach each other, but what follows does not get through.",
        "A firewall lets small packets pass and no others, or the connection is very bad. See whether"
            + " a VPN or a firewall on the way limits packets or DTLS."),
    STUN_UNREACHABLE(
        "A STUN server does not answer, so this device does not know how others see it.",
        "If it runs, this network blocks UDP: a TURN server by TCP or TLS on port 443 helps"
            + " (turns:HOST:443?transport=tcp in iceServers)."),
    TURN_REFUSED(
        "A TURN server refuses this device.",
        "Compare username and credential file in iceServers with the server. With time-limited"
            + " credentials, see whether the clocks of both are right."),
    TURN_UNREACHABLE(
        "A TURN server does not answer.",
        "See whether it runs, whether its certificate is of a known authority (or add"
            + " |any-certificate), and whether this network lets its port through; TLS on port 443"
            + " gets through most."),
    ONLY_OWN_ADDRESSES(
        "The two know only the addresses of their own networks, and these do not reach each other.",
        "If they are in one network, a firewall or the isolation of a guest network stands between."
            + " If not, set a STUN server in iceServers on both, and a TURN server on one for the"
            + " case that it does not suffice."),
    NO_RELAY(
        "A router or firewall on the way lets neither side in.",
        "Set a TURN server in iceServers on one of the two. Or leave a third device of the account on"
            + " that both reach: they sync by it."),
    RELAY_NOT_ENOUGH(
        "A TURN server gave an address, and not even by that the two reach each other.",
        "See whether the server may send to the other device (its firewall, denied-peer-ip), and run"
            + " why there."),
    PORT_CLOSED(
        "By WebSocket neither side reaches a port of the other.",
        "On one side, set mapPort of org.chroniclesync.transport.websocket, if its router may be asked"
            + " for a port. If not, open a TCP port there and name it in 'port' and 'advertise'."),
    UNEXPLAINED(
        "The attempt failed; the transport says no more.",
        "See the log of both devices, in logs/ of their data folders."),
    THERE_NO_ADDRESS(
        "The other device says that it has no address at which it could be reached.",
        "See whether it is in a network. With relayOnly there, see whether its TURN server answers."),
    THERE_STUN_UNREACHABLE(
        "The other device says that a STUN server does not answer it, so it does not know how others"
            + " see it.",
        "If the server runs, the network of that device blocks UDP: a TURN server by TCP or TLS on"
            + " port 443, set there, helps (turns:HOST:443?transport=tcp in iceServers)."),
    THERE_TURN_REFUSED(
        "The other device says that a TURN server refuses it.",
        "There, compare username and credential file in iceServers with the server. With"
            + " time-limited credentials, see whether the clock there is right."),
    THERE_TURN_UNREACHABLE(
        "The other device says that a TURN server does not answer it.",
        "See whether the network of that device lets the port of the server through; TLS on port 443"
            + " gets through most."),
    THERE_SILENT(
        "The other device was asked for its view, and did not answer.",
        "See there whether the node runs and is awake. If it does, the discovery loses signals: try"
            + " another one.");

    private final String what;
    private final String remedy;

    Code(String what, String remedy) {
      this.what = what;
      this.remedy = remedy;
    }

    String remedy() {
      return remedy;
    }
  }

  /**
   * One thing that was found.
   *
   * @param code which
   * @param what in a sentence for a person
   * @param remedy what to do, or nothing where another finding says it
   */
  public record Finding(Code code, String what, String remedy) {
    private static Finding of(Code code) {
      return new Finding(code, code.what, code.remedy);
    }

    private static Finding of(Code code, String more) {
      return new Finding(code, code.what + " " + more, code.remedy);
    }
  }

  /** Copies the list. */
  public Diagnosis {
    findings = List.copyOf(findings);
  }

  /**
   * Finds out why.
   *
   * @param status of this node
   * @param peer what it knows of the other device, or null if it does not see it
   * @param attempts the last attempts with it, newest first
   * @param view what the other device says, or null if it was not to be asked
   */
  public static Diagnosis of(
      NodeStatus status,
      @Nullable PeerStatus peer,
      List<PeerAttempt> attempts,
      @Nullable PeerView view) {
    PeerState state = peer == null ? null : peer.state();
    if (peer != null && isConnected(peer.state())) {
      String note = peer.transportNote();
      return only(
          note == null ? Finding.of(Code.CONNECTED) : Finding.of(Code.CONNECTED, note + "."));
    }
    if (state instanceof PeerState.Refused refused) {
      return only(Finding.of(Code.OTHER_WORDS, refused.why() + "."));
    }
    if (state == null || state instanceof PeerState.Gone) {
      return only(Finding.of(isInARoom(status) ? Code.NOT_SEEN : Code.NO_DISCOVERY));
    }
    if (attempts.isEmpty()) {
      return only(
          state instanceof PeerState.Unreachable unreachable
              ? Finding.of(Code.NO_TRANSPORT, unreachable.why() + ".")
              : Finding.of(Code.NOT_TRIED));
    }
    return new Diagnosis(of(attempts, view));
  }

  /**
   * Tells whether the other device's view may say more.
   *
   * @param peer what this node knows of it, or null
   */
  public static boolean isOpen(@Nullable PeerStatus peer) {
    return peer != null && !isConnected(peer.state()) && !(peer.state() instanceof PeerState.Gone);
  }

  private static Diagnosis only(Finding finding) {
    return new Diagnosis(List.of(finding));
  }

  private static boolean isConnected(PeerState state) {
    return state instanceof PeerState.InSync
        || state instanceof PeerState.Syncing
        || state instanceof PeerState.HeldUp;
  }

  private static boolean isInARoom(NodeStatus status) {
    return status.discoveries().stream()
        .anyMatch(one -> one.state() instanceof DiscoveryState.Joined);
  }

  /** By the last attempt of each transport that came to an end, else by those under way. */
  private static List<Finding> of(List<PeerAttempt> attempts, @Nullable PeerView view) {
    List<PeerAttempt> there = view instanceof PeerView.Told told ? told.attempts() : List.of();
    Set<Finding> found = new LinkedHashSet<>();
    Set<String> seen = new LinkedHashSet<>();
    attempts.stream()
        .filter(one -> !one.isUnderWay() && one.failure() != null)
        .filter(one -> seen.add(one.transport()))
        .forEach(one -> found.addAll(of(one, same(one, there))));
    if (found.isEmpty()) {
      found.add(Finding.of(Code.UNDER_WAY));
    } else if (view instanceof PeerView.Silent) {
      found.add(Finding.of(Code.THERE_SILENT));
    }
    return new ArrayList<>(found);
  }

  /** The last attempt by the same transport that ended, as the other device tells it. */
  private static @Nullable AttemptReport same(PeerAttempt attempt, List<PeerAttempt> there) {
    return there.stream()
        .filter(one -> !one.isUnderWay() && one.transport().equals(attempt.transport()))
        .findFirst()
        .map(PeerAttempt::report)
        .orElse(null);
  }

  private static List<Finding> of(PeerAttempt attempt, @Nullable AttemptReport there) {
    AttemptReport report = attempt.report();
    List<Finding> found = new ArrayList<>();
    switch (report.stage()) {
      case PREPARING -> found.add(Finding.of(Code.NO_ADDRESS));
      case AWAITING_ANSWER ->
          found.add(Finding.of(report.own().isEmpty() ? Code.NO_ADDRESS : Code.NO_ANSWER));
      case CHECKING -> found.add(checking(report, there));
      case SECURING -> found.add(Finding.of(Code.LOST_FIRST_STEP));
      case UNKNOWN, OPEN ->
          found.add(
              Finding.of(Code.UNEXPLAINED, attempt.transport() + ": " + attempt.failure() + "."));
    }
    List<Finding> servers = new ArrayList<>(servers(report, Side.HERE));
    if (there != null) {
      servers.addAll(there(there));
    }
    if (!servers.isEmpty()) {
      found.replaceAll(Diagnosis::yielding);
    }
    found.addAll(servers);
    return found;
  }

  private static List<Finding> there(AttemptReport report) {
    boolean none = report.own().isEmpty() && report.stage() != AttemptReport.Stage.UNKNOWN;
    return Stream.concat(
            none ? Stream.of(Finding.of(Code.THERE_NO_ADDRESS)) : Stream.of(),
            servers(report, Side.THERE).stream())
        .toList();
  }

  /**
   * Who has a server that does not help is not told to set one: what ails that one is the cause.
   */
  private static Finding yielding(Finding finding) {
    return finding.code() == Code.ONLY_OWN_ADDRESSES || finding.code() == Code.NO_RELAY
        ? new Finding(finding.code(), finding.what(), "")
        : finding;
  }

  private static Finding checking(AttemptReport report, @Nullable AttemptReport there) {
    if (report.own().isEmpty()) {
      return Finding.of(Code.NO_ADDRESS);
    } else if (report.peers().isEmpty() && report.pairs().isEmpty()) {
      return Finding.of(Code.NO_PEER_ADDRESS);
    } else if (all(report).allMatch(one -> one.protocol().equals("wss"))) {
      return Finding.of(Code.PORT_CLOSED);
    } else if (all(report).anyMatch(is(Candidate.Kind.RELAYED))) {
      return Finding.of(Code.RELAY_NOT_ENOUGH, heard(report, there));
    } else if (all(report).anyMatch(is(Candidate.Kind.MAPPED))) {
      return Finding.of(Code.NO_RELAY, heard(report, there));
    }
    return Finding.of(Code.ONLY_OWN_ADDRESSES, heard(report, there));
  }

  private static Stream<Candidate> all(AttemptReport report) {
    return Stream.concat(report.own().stream(), report.peers().stream());
  }

  private static Predicate<Candidate> is(Candidate.Kind kind) {
    return one -> one.kind() == kind;
  }

  /** What the requests of each side tell of what comes to the other. */
  private static String heard(AttemptReport report, @Nullable AttemptReport there) {
    boolean here = isReached(report);
    if (there != null && isReached(there)) {
      return here
          ? "The requests of each come to the other; the answers do not get back."
          : "What this device sends comes to the other; nothing that the other sends comes here.";
    } else if (here) {
      return there == null || !isCounted(there)
          ? "Its requests come here; the answers do not get back."
          : "Its requests come here; what this device sends does not come there.";
    }
    return report.pairs().stream().map(Pair::sent).anyMatch(sent -> sent > 0)
        ? "Nothing that either side sends comes to the other."
        : "";
  }

  private static boolean isReached(AttemptReport report) {
    return report.pairs().stream().anyMatch(pair -> pair.received() > 0);
  }

  private static boolean isCounted(AttemptReport report) {
    return report.pairs().stream().anyMatch(pair -> pair.received() >= 0);
  }

  /** Whose server does not help. */
  private enum Side {
    HERE(Code.STUN_UNREACHABLE, Code.TURN_REFUSED, Code.TURN_UNREACHABLE),
    THERE(Code.THERE_STUN_UNREACHABLE, Code.THERE_TURN_REFUSED, Code.THERE_TURN_UNREACHABLE);

    private final Code noStun;
    private final Code refused;
    private final Code noTurn;

    Side(Code noStun, Code refused, Code noTurn) {
      this.noStun = noStun;
      this.refused = refused;
      this.noTurn = noTurn;
    }
  }

  private static List<Finding> servers(AttemptReport report, Side side) {
    List<Finding> found = new ArrayList<>();
    for (ServerProblem problem : report.problems()) {
      boolean turn = problem.server().startsWith("turn");
      boolean relayed = report.own().stream().anyMatch(is(Candidate.Kind.RELAYED));
      boolean mapped = report.own().stream().anyMatch(is(Candidate.Kind.MAPPED));
      if (turn && !relayed) {
        found.add(
            Finding.of(
                problem.code() >= 400 && problem.code() < ServerProblem.NO_ANSWER
                    ? side.refused
                    : side.noTurn));
      } else if (!turn && !mapped) {
        found.add(Finding.of(side.noStun));
      }
    }
    return found;
  }
}
