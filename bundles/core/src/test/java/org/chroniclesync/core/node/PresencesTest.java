// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.core.node.DiscoveryMembership.Room;
import org.junit.jupiter.api.Test;

class PresencesTest {
  private static final PeerId PEER = new PeerId("peer");

  private final Presences presences = new Presences();
  private final DiscoveryMembership room =
      new DiscoveryMembership(
          "memory",
          Room.NODES,
          (id, self, listener) -> {
            throw new AssertionError("nobody joins");
          });

  /** A discovery may say so first of all; what follows from it must not be lost. */
  @Test
  void whoWasNeverThereMayGo() {
    presences.went(room, PEER);

    assertThat(presences.has(room, PEER)).isFalse();
  }

  @Test
  void whoCameIsThereUntilItGoesOrTheNodeDoes() {
    presences.came(room, PEER);
    assertThat(presences.has(room, PEER)).isTrue();
    presences.went(room, PEER);
    assertThat(presences.has(room, PEER)).isFalse();

    presences.came(room, PEER);
    presences.left(room);
    assertThat(presences.has(room, PEER)).isFalse();
  }
}
