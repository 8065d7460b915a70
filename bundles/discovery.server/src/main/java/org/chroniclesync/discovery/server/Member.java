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
  private final Line line;
  private final Outbox outbox;

  Member(RoomId room, PeerId peer, Origin origin, Line line, int queuedBytes) {
    this.room = room;
    this.peer = peer;
    this.origin = origin;
    this.line = line;
    this.outbox = new Outbox(line, queuedBytes);
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

  Line line() {
    return line;
  }

  Outbox outbox() {
    return outbox;
  }
}
