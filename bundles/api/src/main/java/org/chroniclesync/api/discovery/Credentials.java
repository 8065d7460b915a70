// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a device is called in a room, and how it proves that the name is its own. A node implements
 * this; a discovery whose service asks for a proof signs with it, and others need only the name.
 * What is signed, and how a name belongs to a key, is in section 2 of {@code docs/protocol.md};
 * {@link org.chroniclesync.api.discovery.support.DeviceKeys} and {@link
 * org.chroniclesync.api.discovery.support.JoinStatement} compute it. Safe for any thread.
 */
@ProviderType
public interface Credentials {
  /**
   * Returns the name of the device. It never changes and is always there.
   *
   * @return the peer id
   */
  PeerId peer();

  /**
   * Returns the public key of the device. May block briefly.
   *
   * @return a copy of the 32 bytes of an Ed25519 key (RFC 8032); empty if the device has none, as
   *     clients of version 1
   * @throws IllegalStateException if nobody is there now who has the key; try again later
   */
  byte[] key();

  /**
   * Signs by the key of the device. May block briefly.
   *
   * @param statement what to sign, which begins with a label that says what it is for; not changed
   * @return a signature of 64 bytes
   * @throws IllegalStateException if nobody is there now who has the key (try again later), or the
   *     device has none
   */
  byte[] sign(byte[] statement);

  /**
   * Signs by the key of a room, which proves that the device belongs there. May block briefly.
   *
   * @param room the room
   * @param statement what to sign, which begins with a label that says what it is for; not changed
   * @return a signature of 64 bytes, or null if the room has no key that this device has
   * @throws IllegalStateException if nobody is there now who has the key; try again later
   */
  byte @Nullable [] signAsMember(RoomId room, byte[] statement);

  /**
   * Returns the credentials of a client of version 1, which has a name and no key.
   *
   * @param peer its name
   * @return credentials with which nothing can be signed
   */
  static Credentials withoutKey(PeerId peer) {
    return new Keyless(peer);
  }
}
