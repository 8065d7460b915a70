// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.discovery;

import org.jspecify.annotations.Nullable;

/** The credentials of a client of version 1. */
record Keyless(PeerId peer) implements Credentials {
  @Override
  public byte[] key() {
    return new byte[0];
  }

  @Override
  public byte[] sign(byte[] statement) {
    throw new IllegalStateException(peer + " has no key");
  }

  @Override
  public byte @Nullable [] signAsMember(RoomId room, byte[] statement) {
    return null;
  }
}
