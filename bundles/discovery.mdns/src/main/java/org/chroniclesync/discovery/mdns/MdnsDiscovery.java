// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.Discovery;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.RoomId;

/** Joins rooms on the networks that this computer is in. */
final class MdnsDiscovery implements Discovery {
  private final Settings settings;
  private final Clock clock;
  private final Set<LocalMembership> memberships = new HashSet<>();
  private boolean left;

  MdnsDiscovery(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Joins a room.
   *
   * @throws IllegalStateException if the service has left
   */
  @Override
  public Membership join(RoomId room, Credentials self, Consumer<DiscoveryEvent> listener) {
    LocalMembership membership;
    synchronized (memberships) {
      if (left) {
        throw new IllegalStateException("this discovery is no longer there");
      }
      membership = new LocalMembership(settings, clock, room, self, listener, this::forget);
      memberships.add(membership);
    }
    membership.start();
    return membership;
  }

  void leave() {
    List<LocalMembership> given;
    synchronized (memberships) {
      left = true;
      given = new ArrayList<>(memberships);
    }
    given.forEach(LocalMembership::close);
  }

  private void forget(LocalMembership membership) {
    synchronized (memberships) {
      memberships.remove(membership);
    }
  }
}
