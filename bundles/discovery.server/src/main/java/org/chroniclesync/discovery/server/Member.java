// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;

/**
 * One connection in a room, under a name that is fixed when it joins, so that nobody speaks under
 * another's. No record: two connections under one name are two members.
 */
final class Member {
  private final RoomId room;
  private final PeerId peer;
  private final Origin origin;
  private final boolean proven;
  private final Outlet outlet;
  private final Outbox outbox;

  Member(RoomId room, PeerId peer, Origin origin, boolean proven, Outlet outlet, int queuedBytes) {
    this.room = room;
    this.peer = peer;
    this.origin = origin;
    this.proven = proven;
    this.outlet = outlet;
    this.outbox = new Outbox(outlet, queuedBytes);
  }

  RoomId room() {
    return room;
  }

  PeerId peer() {
    return peer;
  }

  Origin origin() {
    return origin;
  }

  /** Whether nobody joins under this name without the key that it belongs to. */
  boolean proven() {
    return proven;
  }

  Outlet outlet() {
    return outlet;
  }

  Outbox outbox() {
    return outbox;
  }
}
