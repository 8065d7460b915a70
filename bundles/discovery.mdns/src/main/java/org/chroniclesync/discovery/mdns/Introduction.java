// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.nio.ByteBuffer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.chroniclesync.api.discovery.support.JoinStatement;
import org.chroniclesync.api.history.Bounds;
import org.jspecify.annotations.Nullable;

/**
 * Who a member is: the instances by which it can be found now, its name, and the proofs that the
 * name is its own and that it belongs in the room. The first thing that either side of a link says,
 * and only to who proved to know the secret.
 *
 * @param instances one after the other, each of {@link HourSecret#INSTANCE_CHARS} characters
 * @param peer the name
 */
record Introduction(String instances, PeerId peer) {
  /** No name of a service: what is signed here is good at none. */
  private static final String INITIATOR = "local network/initiator";

  private static final String RESPONDER = "local network/responder";
  private static final byte[] NOTHING = new byte[0];

  static byte[] write(
      String instances, Credentials self, RoomId room, byte[] hash, boolean initiator) {
    JoinStatement statement = statement(self.peer(), room, hash, initiator);
    byte[] key = self.key();
    byte[] member = self.signAsMember(room, statement.ofMember());
    return Frame.write(
        Frame.INTRODUCTION,
        instances,
        self.peer().value(),
        Frame.text(key),
        Frame.text(key.length == 0 ? NOTHING : self.sign(statement.ofDevice())),
        Frame.text(member == null ? NOTHING : member));
  }

  /** Reads that of the other side; null unless all of it is proved. */
  static @Nullable Introduction read(
      ByteBuffer frame, RoomId room, byte[] hash, boolean fromInitiator) {
    String instances = Frame.instances(frame);
    PeerId peer = new PeerId(Frame.text(frame, Bounds.MAX_ID_CHARS));
    byte[] key = Frame.bytes(frame, DeviceKeys.KEY_BYTES);
    byte[] device = Frame.bytes(frame, DeviceKeys.SIGNATURE_BYTES);
    byte[] member = Frame.bytes(frame, DeviceKeys.SIGNATURE_BYTES);
    JoinStatement statement = statement(peer, room, hash, fromInitiator);
    boolean named =
        peer.isNode()
            ? DeviceKeys.isSignedBy(peer, key, statement.ofDevice(), device)
            : !room.isOfNodes();
    boolean belongs =
        !room.isOfNodes() || DeviceKeys.isSignedBy(room, statement.ofMember(), member);
    return named && belongs ? new Introduction(instances, peer) : null;
  }

  private static JoinStatement statement(
      PeerId peer, RoomId room, byte[] hash, boolean ofInitiator) {
    return new JoinStatement(hash, ofInitiator ? INITIATOR : RESPONDER, room, peer);
  }
}
