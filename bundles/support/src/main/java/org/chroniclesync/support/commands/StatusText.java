// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import java.util.Locale;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.NodeStatus.DiscoveryStatus;
import org.chroniclesync.api.sync.NodeStatus.Failure;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerStatus.Traffic;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.support.status.Labels;
import org.jspecify.annotations.Nullable;

/** The state of a node in words. */
final class StatusText {
  private static final int MAX_SENTENCE_CHARS = 400;
  private static final int SHOWN_FAILURES = 5;

  private StatusText() {}

  static String status(NodeStatus status, Labels labels, int known) {
    StringBuilder out = new StringBuilder();
    List<Part> troubles = status.troubles();
    if (!troubles.isEmpty()) {
      out.append("not well     ").append(troubles(troubles)).append('\n');
    }
    for (Part part : status.parts()) {
      if (part.state() instanceof Part.Paused paused) {
        out.append("paused       ")
            .append(sentence(paused.what()))
            .append("\n               ")
            .append(sentence(paused.remedy()))
            .append('\n');
      }
    }
    out.append("this device  ").append(self(status.self(), labels));
    out.append("\nrunning      since ").append(Times.show(status.startedAt()));
    out.append("\nhistory      ").append(store(status));
    if (!status.storages().isEmpty()) {
      out.append("\nstorage      ").append(storages(status.storages()));
    }
    out.append("\ndiscovery    ").append(discoveries(status.discoveries()));
    out.append("\npeers        ").append(peerLines(status.peers(), labels));
    out.append(alone(status, known));
    if (!status.failures().isEmpty()) {
      out.append("\nfailures     ").append(failures(status.failures()));
    }
    return out.toString();
  }

  private static String self(@Nullable PeerId self, Labels labels) {
    if (self == null) {
      return "has no mnemonic yet; see the log";
    }
    String computer = labels.of(self);
    return computer.isEmpty()
        ? Terminal.safe(self.value())
        : Terminal.safe(computer, 40) + " (" + Terminal.safe(self.value()) + ")";
  }

  static String peers(List<PeerStatus> peers, Labels labels) {
    if (peers.isEmpty()) {
      return "No other device has been seen yet.";
    }
    TextTable table =
        new TextTable("peer", "device", "kind", "over", "in", "out", "entries in", "out", "state");
    for (PeerStatus peer : peers) {
      Traffic traffic = peer.traffic();
      table.row(
          Terminal.safe(peer.peer().value(), 24),
          device(peer, labels),
          Labels.isCarried(peer.peer()) ? "-" : peer.node() ? "node" : "client",
          peer.transport() == null ? "-" : Terminal.safe(peer.transport(), 16),
          bytes(traffic.bytesIn()),
          bytes(traffic.bytesOut()),
          traffic.entriesIn(),
          traffic.entriesOut(),
          state(peer));
    }
    return table.toString();
  }

  static String known(List<KnownDevice> devices, Labels labels) {
    if (devices.isEmpty()) {
      return "No other device has been connected yet.";
    }
    TextTable table = new TextTable("peer", "device", "kind", "first seen", "last seen");
    for (KnownDevice device : devices) {
      table.row(
          Terminal.safe(device.peer().value(), 40),
          Terminal.safe(labels.of(device), 40),
          device.node() ? "node" : "client",
          Times.show(device.firstSeen()),
          Times.show(device.lastSeen()));
    }
    return table.toString();
  }

  static String bytes(long bytes) {
    if (bytes < 1_000) {
      return bytes + " B";
    }
    return bytes < 1_000_000
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  static String troubles(List<Part> troubles) {
    return String.join(
        "\n             ",
        troubles.stream().map(part -> trouble(part, (Part.Trouble) part.state())).toList());
  }

  /** Says in two lines what is wrong with a part. */
  static String trouble(Part part) {
    return troubles(List.of(part)).replaceAll("\n\\s+", "\n    ");
  }

  private static String trouble(Part part, Part.Trouble trouble) {
    String how =
        trouble instanceof Part.Degraded
            ? ""
            : trouble instanceof Part.Missing ? " is missing" : " does not work";
    String name = part.name().isEmpty() ? "" : " " + Terminal.safe(part.name(), 64);
    return Terminal.safe(part.kind(), Part.MAX_KIND_CHARS)
        + name
        + how
        + ": "
        + sentence(trouble.cause())
        + "\n               "
        + sentence(trouble.remedy());
  }

  private static String store(NodeStatus status) {
    StoreState store = status.store();
    if (store == null) {
      return status.isStarting() ? "the storage is starting" : "no storage available";
    }
    return Counted.of(store.entries(), "entry", "entries")
        + ", %,d deleted".formatted(store.tombstones());
  }

  private static String storages(List<StorageStatus> storages) {
    return String.join("\n             ", storages.stream().map(StatusText::storage).toList());
  }

  private static String storage(StorageStatus storage) {
    String name = Terminal.safe(storage.type(), 64);
    String forgets = storage.durable() ? "" : "; loses everything when it stops";
    if (storage.role() instanceof StorageStatus.Role.StandingBy standingBy) {
      return standingBy.left() == 0
          ? name + ": on standby, up to date" + forgets
          : name + ": catching up, " + standingBy.left() + " changes left" + forgets;
    }
    if (storage.role() instanceof StorageStatus.Role.Starting) {
      return name + ": starting" + forgets;
    }
    if (storage.role() instanceof StorageStatus.Role.PassedOver) {
      return name + ": not used because it fails" + forgets;
    }
    String copiedFrom = ((StorageStatus.Role.InUse) storage.role()).copiedFrom();
    return copiedFrom == null
        ? name + ": in use" + forgets
        : name + ": in use, copied everything from " + Terminal.safe(copiedFrom, 64) + forgets;
  }

  private static String discoveries(List<DiscoveryStatus> discoveries) {
    if (discoveries.isEmpty()) {
      return "none: start with --discovery URL, or connect by hand with offer and answer";
    }
    return String.join(
        "\n             ",
        discoveries.stream()
            .map(one -> Terminal.safe(one.name(), 64) + ": " + state(one.state()))
            .toList());
  }

  private static String peerLines(List<PeerStatus> peers, Labels labels) {
    if (peers.isEmpty()) {
      return "none seen yet";
    }
    return String.join(
        "\n             ",
        peers.stream().map(peer -> shown(peer.peer(), labels) + ": " + state(peer)).toList());
  }

  /** A device that was asleep while the others got new words finds nobody, and could not know. */
  private static String alone(NodeStatus status, int known) {
    boolean searching =
        status.discoveries().stream().anyMatch(one -> one.state() instanceof DiscoveryState.Joined);
    boolean nobody =
        status.peers().stream().allMatch(peer -> peer.state() instanceof PeerState.Gone);
    return searching && nobody && known > 0
        ? "\n             None of your other devices is here. If they are on, they have other words:"
            + "\n               run pair where the words are that you want to keep, and join with its"
            + "\n               code on the other device."
        : "";
  }

  private static String state(PeerStatus peer) {
    if (Labels.isCarried(peer.peer()) && peer.state() instanceof PeerState.Connecting) {
      return "waits for the other device; see help offer";
    }
    String note = peer.transportNote();
    return note == null ? state(peer.state()) : state(peer.state()) + " (" + sentence(note) + ")";
  }

  private static String failures(List<Failure> failures) {
    return String.join(
        "\n             ",
        failures.stream().limit(SHOWN_FAILURES).map(StatusText::failure).toList());
  }

  private static String failure(Failure failure) {
    String times = failure.times() > 1 ? " (" + failure.times() + " times)" : "";
    return Times.show(failure.at()) + "  " + sentence(failure.what()) + times;
  }

  static String shown(PeerId peer, Labels labels) {
    return Terminal.safe(named(labels.of(peer), peer.value()), 24);
  }

  private static String named(String name, String otherwise) {
    return name.isEmpty() ? otherwise : name;
  }

  private static String device(PeerStatus peer, Labels labels) {
    Device device = peer.device();
    String told = "?";
    if (device != null) {
      told = named(device.browserName(), device.id().value());
    }
    return Terminal.safe(named(labels.of(peer.peer()), told), 24);
  }

  static String state(DiscoveryState state) {
    if (state instanceof DiscoveryState.Joined joined) {
      return "in the room since " + Times.show(joined.since());
    }
    if (state instanceof DiscoveryState.Waiting waiting) {
      return sentence(waiting.why()) + " Next attempt at " + Times.show(waiting.retryAt()) + ".";
    }
    if (state instanceof DiscoveryState.Refused refused) {
      return "refused: " + sentence(refused.why());
    }
    if (state instanceof DiscoveryState.Idle idle) {
      return "idle: " + sentence(idle.why());
    }
    if (state instanceof DiscoveryState.StandingBy standing) {
      return "standing by: " + sentence(standing.why());
    }
    return state instanceof DiscoveryState.Joining ? "joining" : "left";
  }

  static String state(PeerState state) {
    if (state instanceof PeerState.Syncing syncing) {
      return "syncing " + syncing.done() + " of " + syncing.total();
    }
    if (state instanceof PeerState.HeldUp heldUp) {
      return "held up: " + sentence(heldUp.why());
    }
    if (state instanceof PeerState.InSync inSync) {
      return "in sync since " + Times.show(inSync.since());
    }
    if (state instanceof PeerState.Unreachable unreachable) {
      return "unreachable: "
          + sentence(unreachable.why())
          + " Next attempt at "
          + Times.show(unreachable.retryAt())
          + ".";
    }
    if (state instanceof PeerState.Refused refused) {
      return "refused: " + sentence(refused.why());
    }
    return state instanceof PeerState.Gone gone
        ? "gone since " + Times.show(gone.since())
        : "connecting";
  }

  private static String sentence(String text) {
    return Terminal.safe(text, MAX_SENTENCE_CHARS);
  }
}
