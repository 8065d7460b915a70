// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerGone;
import org.chroniclesync.api.discovery.DiscoveryEvent.PeerSeen;
import org.chroniclesync.api.discovery.DiscoveryEvent.Signalled;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.Signal;
import org.junit.jupiter.api.Test;

class RosterTest {
  private static final PeerId ME = new PeerId("me");
  private static final PeerId ANN = new PeerId("ann");
  private static final PeerId BOB = new PeerId("bob");
  private static final PeerId CID = new PeerId("cid");
  private static final Signal SIGNAL = new Signal.Answer("sdp");

  private final Roster roster = new Roster(ME, 2);

  @Test
  void aListTellsWhoHasGoneAndWhoIsThere() {
    assertThat(roster.present(List.of(ANN, ME, ANN))).containsExactly(new PeerSeen(ANN));
    assertThat(roster.present(List.of(BOB))).containsExactly(new PeerGone(ANN), new PeerSeen(BOB));
    assertThat(roster.present(List.of())).containsExactly(new PeerGone(BOB));
  }

  @Test
  void onlyWhoWasThereCanGo() {
    assertThat(roster.gone(ANN)).isEmpty();
    assertThat(roster.seen(ANN)).containsExactly(new PeerSeen(ANN));
    assertThat(roster.seen(ANN)).containsExactly(new PeerSeen(ANN));
    assertThat(roster.gone(ANN)).containsExactly(new PeerGone(ANN));
    assertThat(roster.gone(ANN)).isEmpty();
  }

  @Test
  void aSignalComesAfterItsSender() {
    assertThat(roster.signalled(ANN, SIGNAL))
        .containsExactly(new PeerSeen(ANN), new Signalled(ANN, SIGNAL));
    assertThat(roster.signalled(ANN, SIGNAL)).containsExactly(new Signalled(ANN, SIGNAL));
    assertThat(roster.signalled(ME, SIGNAL)).isEmpty();
  }

  @Test
  void noMoreThanSoManyAreKnown() {
    assertThat(roster.present(List.of(ANN, BOB, CID)))
        .containsExactly(new PeerSeen(ANN), new PeerSeen(BOB));
    assertThat(roster.seen(CID)).isEmpty();
    assertThat(roster.signalled(CID, SIGNAL)).isEmpty();
    assertThat(roster.signalled(BOB, SIGNAL)).hasSize(1);
    assertThat(roster.present(List.of(CID)))
        .containsExactly(new PeerGone(ANN), new PeerGone(BOB), new PeerSeen(CID));
  }
}
