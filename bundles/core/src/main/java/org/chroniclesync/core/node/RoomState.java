// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.Comparator;
import java.util.List;
import org.chroniclesync.api.discovery.DiscoveryState;

/** The state of a discovery, made of those of its rooms. */
final class RoomState {
  private RoomState() {}

  /** Returns the worst state. */
  static DiscoveryState worst(List<DiscoveryMembership> rooms) {
    DiscoveryMembership worst = rooms.get(0);
    for (DiscoveryMembership room : rooms) {
      if (Comparator.comparingInt(RoomState::rank).compare(room.state(), worst.state()) > 0) {
        worst = room;
      }
    }
    return of(worst, rooms);
  }

  /** Returns the state of one room, which names the room where another one does better. */
  static DiscoveryState of(DiscoveryMembership room, List<DiscoveryMembership> rooms) {
    DiscoveryState state = room.state();
    boolean alone =
        rooms.stream().anyMatch(other -> other.state() instanceof DiscoveryState.Joined);
    if (alone && state instanceof DiscoveryState.Waiting waiting) {
      return new DiscoveryState.Waiting(in(room) + waiting.why(), waiting.retryAt());
    }
    if (alone && state instanceof DiscoveryState.Refused refused) {
      return new DiscoveryState.Refused(in(room) + refused.why());
    }
    return state;
  }

  private static String in(DiscoveryMembership room) {
    return "In " + room.room() + ": ";
  }

  private static int rank(DiscoveryState state) {
    if (state instanceof DiscoveryState.Refused) {
      return 4;
    }
    if (state instanceof DiscoveryState.Waiting) {
      return 3;
    }
    if (state instanceof DiscoveryState.Idle) {
      return 2;
    }
    return state instanceof DiscoveryState.Joined ? 0 : 1;
  }
}
