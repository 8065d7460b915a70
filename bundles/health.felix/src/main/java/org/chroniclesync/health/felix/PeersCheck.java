// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.health.felix;

import java.util.function.Supplier;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.jspecify.annotations.Nullable;

/**
 * How far the exchange with each peer is. A peer that is away is no fault of this node's.
 *
 * @param node the node, or null while there is none
 */
record PeersCheck(Supplier<@Nullable Node> node) implements HealthCheck {
  @Override
  public Result execute() {
    Node running = node.get();
    if (running == null) {
      return Findings.noNode();
    }
    Findings findings = new Findings();
    running.status().peers().forEach(peer -> add(peer, findings));
    return findings.result("No other device has been seen yet.");
  }

  private static void add(PeerStatus peer, Findings findings) {
    PeerState state = peer.state();
    Status status =
        state instanceof PeerState.Unreachable
                || state instanceof PeerState.HeldUp
                || state instanceof PeerState.Refused
            ? Status.WARN
            : Status.OK;
    findings.add(status, peer.peer() + ": " + words(state));
  }

  private static String words(PeerState state) {
    if (state instanceof PeerState.Connecting) {
      return "connecting.";
    }
    if (state instanceof PeerState.Unreachable unreachable) {
      return "unreachable. %s The next attempt is at %s; the command sync tries at once."
          .formatted(unreachable.why(), unreachable.retryAt());
    }
    if (state instanceof PeerState.Syncing syncing) {
      return "syncing, %d of %d.".formatted(syncing.done(), syncing.total());
    }
    if (state instanceof PeerState.HeldUp heldUp) {
      return "held up. %s What waits is sent when that works.".formatted(heldUp.why());
    }
    if (state instanceof PeerState.InSync inSync) {
      return "in sync since " + inSync.since() + ".";
    }
    if (state instanceof PeerState.Refused refused) {
      return "refused. " + refused.why();
    }
    return state instanceof PeerState.Gone gone ? "gone since " + gone.since() + "." : "seen.";
  }
}
