// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.sync.DeviceNames;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;
import org.chroniclesync.api.transport.AttemptReport;
import org.chroniclesync.api.transport.AttemptReport.Candidate;
import org.chroniclesync.api.transport.AttemptReport.Pair;
import org.chroniclesync.support.status.DeviceList;
import org.chroniclesync.support.status.Diagnosis;
import org.chroniclesync.support.status.Labels;
import org.jspecify.annotations.Nullable;

/** Says why a device is not connected: what was tried, what failed where, and what would help. */
public final class WhyCommand {
  private static final int MAX_ADDRESS_CHARS = 60;
  private static final int MAX_SENTENCE_CHARS = 400;
  private static final int SHOWN_ATTEMPTS = 3;
  private static final int SHOWN_PAIRS = 20;

  private WhyCommand() {}

  /**
   * Says it.
   *
   * @param words the device that is meant; nothing if there is only one
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String why(
      @Nullable Node node, @Nullable DeviceNames names, boolean json, List<String> words)
      throws InterruptedException {
    Node of = NodeCommands.running(node);
    NodeStatus status = of.status();
    Labels labels = Labels.of(names, status);
    PeerId id = meant(of, status, labels, String.join(" ", words).strip());
    PeerStatus peer =
        status.peers().stream().filter(one -> one.peer().equals(id)).findFirst().orElse(null);
    PeerView view = Diagnosis.isOpen(peer) ? of.view(id) : null;
    // The other took its time, and an attempt may have ended meanwhile.
    List<PeerAttempt> attempts = of.attempts(id);
    Diagnosis diagnosis = Diagnosis.of(status, peer, attempts, view);
    if (json) {
      return Json.why(id, peer, labels, diagnosis, attempts, view);
    }
    return text(StatusText.shown(id, labels), peer, diagnosis, attempts, view);
  }

  private static PeerId meant(Node node, NodeStatus status, Labels labels, String wanted) {
    List<PeerId> all =
        Stream.concat(
                status.peers().stream().map(PeerStatus::peer),
                node.devices().stream().map(KnownDevice::peer))
            .distinct()
            .toList();
    if (wanted.isEmpty()) {
      if (all.size() == 1) {
        return all.get(0);
      }
      throw new IllegalArgumentException(
          all.isEmpty()
              ? "No other device was ever seen. See status for the discoveries, and whether the"
                  + " other device has the same 24 words."
              : "Name a device of peers, or of peers --known.");
    }
    return all.stream()
        .filter(one -> one.value().equals(wanted))
        .findFirst()
        .orElseGet(() -> new DeviceList(labels, List.of(), devices(node, status)).node(wanted));
  }

  /** Those that never proved anything are asked about, too. */
  private static List<KnownDevice> devices(Node node, NodeStatus status) {
    List<KnownDevice> all = new ArrayList<>(node.devices());
    for (PeerStatus peer : status.peers()) {
      if (all.stream().noneMatch(one -> one.peer().equals(peer.peer()))) {
        Device device = peer.device();
        all.add(
            new KnownDevice(
                peer.peer(),
                peer.node(),
                device == null ? "" : device.browserName(),
                Instant.EPOCH,
                Instant.EPOCH));
      }
    }
    return all;
  }

  private static String text(
      String shown,
      @Nullable PeerStatus peer,
      Diagnosis diagnosis,
      List<PeerAttempt> attempts,
      @Nullable PeerView view) {
    List<String> lines = new ArrayList<>();
    lines.add(shown + ": " + (peer == null ? "not seen" : StatusText.state(peer.state())));
    for (Diagnosis.Finding finding : diagnosis.findings()) {
      lines.add("");
      lines.add(sentence(finding.what()));
      if (!finding.remedy().isEmpty()) {
        lines.add("  " + sentence(finding.remedy()));
      }
    }
    attempts.stream().limit(SHOWN_ATTEMPTS).forEach(one -> lines.addAll(attempt(one, Teller.THIS)));
    if (view != null) {
      lines.addAll(view(view));
    }
    return String.join("\n", lines);
  }

  /** Whose attempts these are: its own side is the first. */
  private enum Teller {
    THIS("this device", "other device"),
    OTHER("other device", "this device");

    private final String own;
    private final String peer;

    Teller(String own, String peer) {
      this.own = own;
      this.peer = peer;
    }
  }

  private static List<String> view(PeerView view) {
    List<String> lines = new ArrayList<>(List.of(""));
    if (view instanceof PeerView.Told told) {
      lines.add(
          told.attempts().isEmpty()
              ? "The other device says that it has tried nothing."
              : "What the other device says:");
      told.attempts().forEach(one -> lines.addAll(attempt(one, Teller.OTHER)));
    } else if (view instanceof PeerView.Unasked unasked) {
      lines.add(
          unasked.why() == PeerView.Unasked.Reason.CANNOT
              ? "What the other device thinks is not known: nothing came from it that says that it"
                  + " tells it."
              : "What the other device thinks is not known: no discovery takes a question there.");
    } else {
      lines.add("What the other device thinks is not known: it was asked, and did not answer.");
    }
    return lines;
  }

  private static List<String> attempt(PeerAttempt attempt, Teller teller) {
    AttemptReport report = attempt.report();
    List<String> lines = new ArrayList<>(List.of("", heading(attempt, teller)));
    if (!report.pairs().isEmpty()) {
      TextTable table =
          new TextTable(
              "  " + teller.own.toUpperCase(Locale.ROOT),
              teller.peer.toUpperCase(Locale.ROOT),
              "SENT",
              "ANSWERED",
              "CAME",
              "");
      report.pairs().stream()
          .sorted((a, b) -> b.state().compareTo(a.state()))
          .limit(SHOWN_PAIRS)
          .forEach(pair -> row(table, pair));
      lines.add(table.toString());
      int more = report.pairs().size() - SHOWN_PAIRS;
      if (more > 0) {
        lines.add("  and " + more + " more");
      }
    } else if (report.stage() != AttemptReport.Stage.UNKNOWN) {
      lines.add("  " + teller.own + ": " + addresses(report.own()));
      lines.add("  " + teller.peer + ": " + addresses(report.peers()));
    }
    report
        .problems()
        .forEach(
            one ->
                lines.add(
                    "  %s: %s (%d)"
                        .formatted(
                            Terminal.safe(one.server(), MAX_ADDRESS_CHARS),
                            one.text().isEmpty() ? "no answer" : sentence(one.text()),
                            one.code())));
    return lines;
  }

  private static String heading(PeerAttempt attempt, Teller teller) {
    AttemptReport report = attempt.report();
    Instant end = attempt.endedAt();
    String failure = attempt.failure();
    String came =
        end == null
            ? "under way"
            : (failure == null ? "connected" : "failed") + " after " + took(report, end);
    return "%s  %s, the %s offered: %s, at the step %s%s"
        .formatted(
            Times.show(report.startedAt()),
            Terminal.safe(attempt.transport(), MAX_ADDRESS_CHARS),
            report.offers() ? teller.own : teller.peer,
            came,
            word(report.stage()),
            failure == null ? "" : ": " + sentence(failure));
  }

  private static String took(AttemptReport report, Instant end) {
    double seconds = Math.max(0, Duration.between(report.startedAt(), end).toMillis()) / 1_000.0;
    return "%.1f s".formatted(seconds);
  }

  private static void row(TextTable table, Pair pair) {
    Candidate own = pair.own();
    table.row(
        "  " + (own == null ? "?" : address(own)),
        address(pair.peers()),
        count(pair.sent()),
        count(pair.answered()),
        count(pair.received()),
        word(pair.state()) + (pair.why() == null ? "" : ": " + sentence(pair.why())));
  }

  private static String addresses(List<Candidate> all) {
    return all.isEmpty()
        ? "no address"
        : all.stream().map(WhyCommand::address).collect(Collectors.joining("; "));
  }

  private static String address(Candidate one) {
    return Terminal.safe(one.protocol() + " " + one.address(), MAX_ADDRESS_CHARS)
        + " ("
        + word(one.kind())
        + ")";
  }

  private static String count(long number) {
    return number < 0 ? "-" : Long.toString(number);
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String sentence(String text) {
    return Terminal.safe(text, MAX_SENTENCE_CHARS);
  }
}
