// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.health.felix;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Node;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerAttempt;
import org.chroniclesync.api.sync.PeerStatus;
import org.chroniclesync.api.sync.PeerView;

/**
 * A node that says what the test has it say.
 *
 * @param parts its parts
 * @param peers its peers
 */
record SayingNode(List<Part> parts, List<PeerStatus> peers) implements Node {
  @Override
  public NodeStatus status() {
    return new NodeStatus(Instant.EPOCH, null, null, List.of(), parts, List.of(), peers, List.of());
  }

  @Override
  public List<KnownDevice> devices() {
    return List.of();
  }

  @Override
  public boolean forget(PeerId device) {
    return false;
  }

  @Override
  public List<PeerAttempt> attempts(PeerId peer) {
    return List.of();
  }

  @Override
  public PeerView view(PeerId peer) {
    return new PeerView.Silent();
  }

  @Override
  public void syncNow() {
    throw new UnsupportedOperationException("a check only looks");
  }

  @Override
  public Watch watch(Consumer<NodeStatus> listener) {
    throw new UnsupportedOperationException("a check only looks");
  }
}
