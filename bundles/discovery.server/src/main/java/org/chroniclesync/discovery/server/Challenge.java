// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.security.SecureRandom;
import java.util.Base64;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.chroniclesync.api.discovery.support.JoinStatement;

/**
 * What a node has to sign before it is let in: that its name belongs to its key, and in a room of
 * nodes that it has the room's key. Good for one connection and one answer.
 */
final class Challenge {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final JoinStatement statement;

  /**
   * Draws a challenge.
   *
   * @param authority this service as the node dialled it
   */
  Challenge(String authority, RoomId room, PeerId peer) {
    byte[] nonce = new byte[JoinStatement.NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    this.statement = new JoinStatement(nonce, authority, room, peer);
  }

  /** Tells whether names in a room need a proof. */
  static boolean isNeeded(RoomId room, PeerId peer) {
    return peer.isNode() || room.isOfNodes();
  }

  String nonce() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(statement.nonce());
  }

  boolean isAnsweredBy(Request.Join answer) {
    return DeviceKeys.isSignedBy(
            statement.peer(), answer.key(), statement.ofDevice(), answer.signature())
        && (!statement.room().isOfNodes()
            || DeviceKeys.isSignedBy(statement.room(), statement.ofMember(), answer.member()));
  }
}
