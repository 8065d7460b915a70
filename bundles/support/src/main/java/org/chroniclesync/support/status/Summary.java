// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status;

import java.util.List;
import java.util.Optional;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;

/**
 * The state of the node in a few words, the worst first.
 *
 * @param level whether a person has to do something
 * @param sentence a few words without an end
 */
public record Summary(Level level, String sentence) {
  private static final int PERCENT = 100;

  /** How it stands. */
  public enum Level {
    /** All is well. */
    WELL,
    /** Something is under way, and nobody has to do anything. */
    BUSY,
    /** Something does not work as it should. */
    TROUBLE
  }

  /** Returns the summary of a status. */
  public static Summary of(NodeStatus status, Labels labels) {
    if (status.store() == null) {
      return new Summary(status.isStarting() ? Level.BUSY : Level.TROUBLE, "Waiting for storage");
    }
    Optional<Part> broken =
        status.troubles().stream()
            .filter(part -> !(part.state() instanceof Part.Degraded))
            .findFirst();
    if (broken.isPresent()) {
      return new Summary(Level.TROUBLE, name(broken.get()) + " does not work");
    }
    return ofPeers(status, labels)
        .or(
            () ->
                status.troubles().stream()
                    .findFirst()
                    .map(part -> new Summary(Level.TROUBLE, name(part) + " works less well")))
        .orElseGet(() -> alone(status));
  }

  private static String name(Part part) {
    return part.name().isEmpty() ? "The " + part.kind() : part.kind() + " " + part.name();
  }

  private static Optional<Summary> ofPeers(NodeStatus status, Labels labels) {
    List<PeerStatus> peers = status.peers();
    for (PeerStatus peer : peers) {
      if (peer.state() instanceof PeerState.Unreachable
          || peer.state() instanceof PeerState.Refused
          || peer.state() instanceof PeerState.HeldUp) {
        return Optional.of(new Summary(Level.TROUBLE, sentence(peer, labels)));
      }
    }
    for (PeerStatus peer : peers) {
      if (peer.state() instanceof PeerState.Syncing
          || peer.state() instanceof PeerState.Connecting) {
        return Optional.of(new Summary(Level.BUSY, sentence(peer, labels)));
      }
    }
    return Optional.empty();
  }

  private static Summary alone(NodeStatus status) {
    long inSync =
        status.peers().stream().filter(peer -> peer.state() instanceof PeerState.InSync).count();
    if (inSync > 0) {
      return new Summary(Level.WELL, "In sync · " + (inSync + 1) + " devices");
    }
    boolean searching =
        status.discoveries().stream().anyMatch(one -> one.state() instanceof DiscoveryState.Joined);
    return new Summary(Level.WELL, searching ? "No other device is here" : "Only this device");
  }

  /** Returns how another device stands, in a few words without an end. */
  public static String sentence(PeerStatus peer, Labels labels) {
    String who = labels.of(peer);
    PeerState state = peer.state();
    if (state instanceof PeerState.Syncing syncing) {
      long percent =
          syncing.total() == 0 ? 0 : PERCENT * syncing.done() / Math.max(1, syncing.total());
      return "Syncing with " + who + " · " + percent + " %";
    }
    if (state instanceof PeerState.Connecting && Labels.isCarried(peer.peer())) {
      return who + " waits for the other device";
    }
    if (state instanceof PeerState.Connecting) {
      return "Connecting to " + who;
    }
    if (state instanceof PeerState.Unreachable) {
      return who + " can't connect";
    }
    if (state instanceof PeerState.Refused) {
      return who + " was refused";
    }
    if (state instanceof PeerState.HeldUp) {
      return who + " waits for this device";
    }
    return state instanceof PeerState.InSync ? who + " is in sync" : who + " is not here";
  }
}
