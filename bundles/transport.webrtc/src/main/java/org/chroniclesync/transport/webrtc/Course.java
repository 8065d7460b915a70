// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.webrtc;

import dev.onvoid.webrtc.RTCStats;
import dev.onvoid.webrtc.RTCStatsReport;
import dev.onvoid.webrtc.RTCStatsType;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Candidate;
import org.chroniclesync.api.transport.AttemptReport.Pair;
import org.chroniclesync.api.transport.AttemptReport.ServerProblem;
import org.chroniclesync.api.transport.AttemptReport.Stage;
import org.chroniclesync.support.network.IpLiteral;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt has come to: addresses, pairs, and what servers did not do. libwebrtc forgets
 * pairs that failed, so what it once said of a pair is kept. On the transport's thread only.
 */
final class Course {
  private static final String NO_HOST = "?";

  /** A server that answers at all has done so by then; libwebrtc itself asks on for 40 seconds. */
  private static final Duration TO_ANSWER = Duration.ofSeconds(5);

  private final Instant startedAt;

  /** How long it lasts is told by a clock that nobody sets. */
  private final LongSupplier nanoTime;

  private final long beganNanos;
  private final Set<Candidate> own = new LinkedHashSet<>();
  private final Set<Candidate> peers = new LinkedHashSet<>();
  private final Set<InetAddress> ownAddresses = new HashSet<>();

  /** The address of this device on which the channel is, if it is one of its own. */
  private @Nullable InetAddress used;

  private final Map<String, Pair> pairs = new LinkedHashMap<>();
  private final Set<ServerProblem> problems = new LinkedHashSet<>();

  Course(Instant startedAt, LongSupplier nanoTime) {
    this.startedAt = startedAt;
    this.nanoTime = nanoTime;
    this.beganNanos = nanoTime.getAsLong();
  }

  void own(IceCandidate candidate) {
    if (candidate.type() == IceCandidate.Type.HOST
        && candidate.host() instanceof IceCandidate.Host.Address address
        && !address.value().isLinkLocalAddress()
        && ownAddresses.size() < AttemptReport.MAX_CANDIDATES) {
      ownAddresses.add(address.value());
    }
    add(own, candidate);
  }

  void peers(IceCandidate candidate) {
    add(peers, candidate);
  }

  private static void add(Set<Candidate> to, IceCandidate candidate) {
    // One that only calls has no port at which it could be called.
    if (to.size() < AttemptReport.MAX_CANDIDATES
        && candidate.transport() != IceCandidate.Transport.TCP_ACTIVE) {
      to.add(shown(candidate));
    }
  }

  private static Candidate shown(IceCandidate candidate) {
    Candidate.Kind kind =
        switch (candidate.type()) {
          case HOST -> Candidate.Kind.HOST;
          case SRFLX, PRFLX -> Candidate.Kind.MAPPED;
          case RELAY -> Candidate.Kind.RELAYED;
        };
    String protocol = candidate.transport() == IceCandidate.Transport.UDP ? "udp" : "tcp";
    return new Candidate(kind, protocol, place(candidate.host().text(), candidate.port()));
  }

  private static String place(String host, long port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  void problem(String server, int code, String text) {
    if (problems.size() < AttemptReport.MAX_PROBLEMS) {
      problems.add(new ServerProblem(server, code, text));
    }
  }

  /**
   * Takes down the servers by which no address was found until now. To be asked at the end of an
   * attempt in which libwebrtc still waits for some of them: it says so only after a time that no
   * attempt has.
   */
  void unanswered(List<IceServer> servers) {
    if (nanoTime.getAsLong() - beganNanos < TO_ANSWER.toNanos()) {
      return;
    }
    boolean relayed = own.stream().anyMatch(one -> one.kind() == Candidate.Kind.RELAYED);
    boolean mapped = own.stream().anyMatch(one -> one.kind() == Candidate.Kind.MAPPED);
    for (IceServer server : servers) {
      // A device that has the address that others see finds none besides.
      if (server.relays() ? !relayed : !mapped && isBehindARouter()) {
        problem(server.url(), ServerProblem.NO_ANSWER, "no answer");
      }
    }
  }

  private boolean isBehindARouter() {
    List<InetAddress> v4 = ownAddresses.stream().filter(Inet4Address.class::isInstance).toList();
    return !v4.isEmpty() && v4.stream().allMatch(InetAddress::isSiteLocalAddress);
  }

  /** Takes over what libwebrtc says of pairs now. */
  void pairs(RTCStatsReport report) {
    Map<String, RTCStats> all = report.getStats();
    String selected = selected(all);
    all.forEach(
        (id, stats) -> {
          if (stats.getType() == RTCStatsType.CANDIDATE_PAIR
              && (pairs.containsKey(id) || pairs.size() < AttemptReport.MAX_PAIRS)) {
            RTCStats theirs = all.get(text(stats, "remoteCandidateId"));
            RTCStats ours = all.get(text(stats, "localCandidateId"));
            if (theirs != null) {
              pairs.put(id, pair(stats, ours, theirs, id.equals(selected)));
            }
          }
        });
    RTCStats chosen = all.get(selected);
    RTCStats ours = chosen == null ? null : all.get(text(chosen, "localCandidateId"));
    if (ours != null) {
      used =
          text(ours, "candidateType").equals("host")
              ? IpLiteral.parse(text(ours, "address"))
              : null;
    }
    pairs.replaceAll((id, pair) -> all.containsKey(id) ? pair : failed(pair));
  }

  private static String selected(Map<String, RTCStats> all) {
    return all.values().stream()
        .filter(stats -> stats.getType() == RTCStatsType.TRANSPORT)
        .map(stats -> text(stats, "selectedCandidatePairId"))
        .findFirst()
        .orElse("");
  }

  private static Pair pair(RTCStats stats, @Nullable RTCStats ours, RTCStats theirs, boolean used) {
    Pair.State state =
        switch (text(stats, "state")) {
          case "succeeded" -> used ? Pair.State.USED : Pair.State.WORKS;
          case "failed" -> Pair.State.FAILED;
          case "in-progress" -> Pair.State.TRYING;
          default -> Pair.State.WAITING;
        };
    return new Pair(
        ours == null ? null : candidate(ours),
        candidate(theirs),
        state,
        number(stats, "requestsSent"),
        number(stats, "responsesReceived"),
        number(stats, "requestsReceived"),
        null);
  }

  private static Candidate candidate(RTCStats stats) {
    Candidate.Kind kind =
        switch (text(stats, "candidateType")) {
          case "relay" -> Candidate.Kind.RELAYED;
          case "srflx", "prflx" -> Candidate.Kind.MAPPED;
          default -> Candidate.Kind.HOST;
        };
    String host = text(stats, "address");
    return new Candidate(
        kind,
        text(stats, "protocol"),
        place(host.isEmpty() ? NO_HOST : host, Math.max(0, number(stats, "port"))));
  }

  private static String text(RTCStats stats, String name) {
    Object value = stats.getAttributes().get(name);
    return value == null ? "" : value.toString();
  }

  private static long number(RTCStats stats, String name) {
    return stats.getAttributes().get(name) instanceof Number number ? number.longValue() : -1;
  }

  private static Pair failed(Pair pair) {
    return switch (pair.state()) {
      case WORKS, USED, FAILED -> pair;
      case TRYING, WAITING ->
          new Pair(
              pair.own(),
              pair.peers(),
              Pair.State.FAILED,
              pair.sent(),
              pair.answered(),
              pair.received(),
              null);
    };
  }

  /**
   * Whether a device that has lost these addresses has lost the way that its channel goes. A mapped
   * or relayed one does not say which of the device's own it is by; it is lost with the last.
   */
  boolean isLeftBy(Set<InetAddress> gone) {
    InetAddress own = used;
    if (own != null) {
      return gone.contains(own);
    }
    return ownAddresses.removeAll(gone) && ownAddresses.isEmpty();
  }

  /** Whether it has been told by which pair the channel goes. */
  boolean knowsTheWay() {
    return pairs.values().stream().anyMatch(pair -> pair.state() == Pair.State.USED);
  }

  /**
   * Says how far it is.
   *
   * @param over whether nothing more comes of the pairs that are being tried
   */
  AttemptReport report(boolean offers, Stage stage, boolean over) {
    List<Pair> shown = new ArrayList<>(pairs.values());
    if (over) {
      shown.replaceAll(Course::failed);
    }
    boolean reached = shown.stream().anyMatch(Course::works);
    return new AttemptReport(
        startedAt,
        offers,
        stage == Stage.CHECKING && reached ? Stage.SECURING : stage,
        List.copyOf(own),
        List.copyOf(peers),
        shown,
        List.copyOf(problems));
  }

  private static boolean works(Pair pair) {
    return pair.state() == Pair.State.WORKS || pair.state() == Pair.State.USED;
  }
}
