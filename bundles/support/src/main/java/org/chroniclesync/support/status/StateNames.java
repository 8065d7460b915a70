// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.status;

import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PeerState;
import org.chroniclesync.api.sync.StorageStatus;

/** One word for each state, the same wherever a program reads it. */
public final class StateNames {
  private StateNames() {}

  /** Returns connecting, syncing, held-up, in-sync, unreachable, refused or gone. */
  public static String of(PeerState state) {
    if (state instanceof PeerState.Syncing) {
      return "syncing";
    }
    if (state instanceof PeerState.HeldUp) {
      return "held-up";
    }
    if (state instanceof PeerState.InSync) {
      return "in-sync";
    }
    if (state instanceof PeerState.Unreachable) {
      return "unreachable";
    }
    if (state instanceof PeerState.Refused) {
      return "refused";
    }
    return state instanceof PeerState.Gone ? "gone" : "connecting";
  }

  /** Returns joining, joined, waiting, refused, idle, standing-by or left. */
  public static String of(DiscoveryState state) {
    if (state instanceof DiscoveryState.Joined) {
      return "joined";
    }
    if (state instanceof DiscoveryState.Waiting) {
      return "waiting";
    }
    if (state instanceof DiscoveryState.Refused) {
      return "refused";
    }
    if (state instanceof DiscoveryState.Idle) {
      return "idle";
    }
    if (state instanceof DiscoveryState.StandingBy) {
      return "standing-by";
    }
    return state instanceof DiscoveryState.Joining ? "joining" : "left";
  }

  /** Returns starting, well, paused, degraded, missing or failed. */
  public static String of(Part.State state) {
    if (state instanceof Part.Degraded) {
      return "degraded";
    }
    if (state instanceof Part.Failed) {
      return "failed";
    }
    if (state instanceof Part.Missing) {
      return "missing";
    }
    if (state instanceof Part.Paused) {
      return "paused";
    }
    return state instanceof Part.Well ? "well" : "starting";
  }

  /** Returns starting, in use, standing by or passed over. */
  public static String of(StorageStatus.Role role) {
    if (role instanceof StorageStatus.Role.Starting) {
      return "starting";
    }
    if (role instanceof StorageStatus.Role.StandingBy) {
      return "standing by";
    }
    return role instanceof StorageStatus.Role.InUse ? "in use" : "passed over";
  }
}
