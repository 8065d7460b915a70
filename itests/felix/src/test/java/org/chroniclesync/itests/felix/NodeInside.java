// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.util.List;
import java.util.function.Function;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.StorageStatus;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/** The node of the framework in which the test runs, with one peer. */
final class NodeInside {
  private final BundleContext context;

  NodeInside(BundleContext context) {
    this.context = context;
  }

  /** Under load a session is seldom in sync for a moment; that it syncs is enough. */
  boolean isSyncing() {
    return peer(peer -> peer.transport() != null && isUp(peer.state()), false);
  }

  private static boolean isUp(PeerState state) {
    return state instanceof PeerState.InSync
        || state instanceof PeerState.Syncing
        || state instanceof PeerState.HeldUp;
  }

  boolean syncsBy(String transport) {
    return peer(peer -> transport.equals(peer.transport()) && isUp(peer.state()), false);
  }

  /** How many entries came from the peer. */
  long entriesIn() {
    return peer(peer -> peer.traffic().entriesIn(), 0L);
  }

  boolean uses(String storage) {
    List<StorageStatus> storages = status(NodeStatus::storages, List.of());
    return !storages.isEmpty()
        && storages.get(0).type().equals(storage)
        && storages.get(0).role() instanceof StorageStatus.Role.InUse;
  }

  /** Tells whether a storage stands by that lacks no more than it can be given in a moment. */
  boolean hasStandby(String storage, long atMost) {
    return status(NodeStatus::storages, List.<StorageStatus>of()).stream()
        .anyMatch(
            one ->
                one.type().equals(storage)
                    && one.role() instanceof StorageStatus.Role.StandingBy standingBy
                    && standingBy.left() <= atMost);
  }

  int storages() {
    return status(NodeStatus::storages, List.<StorageStatus>of()).size();
  }

  private <T> T peer(Function<PeerStatus, T> question, T otherwise) {
    return status(
        status -> status.peers().stream().findFirst().map(question).orElse(otherwise), otherwise);
  }

  private <T> T status(Function<NodeStatus, T> question, T otherwise) {
    ServiceReference<Node> reference = context.getServiceReference(Node.class);
    Node node = reference == null ? null : context.getService(reference);
    if (node == null) {
      return otherwise;
    }
    try {
      return question.apply(node.status());
    } finally {
      context.ungetService(reference);
    }
  }
}
