// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import java.util.concurrent.CompletableFuture;
import org.chroniclesync.api.discovery.PeerId;

/** One offer and its answer on their way. Guarded by its membership. */
final class Exchange {
  /** Where an exchange stands. */
  enum Stage {
    /** This node has to make its part. */
    MAKING,
    /** A person carries it. */
    CARRYING,
    /** Both parts are known. */
    CONNECTING
  }

  final PeerId peer;

  /** Whether the offer is ours. */
  final boolean offering;

  /** Our part. */
  final CompletableFuture<String> text = new CompletableFuture<>();

  Stage stage = Stage.MAKING;

  Exchange(PeerId peer, boolean offering) {
    this.peer = peer;
    this.offering = offering;
  }
}
