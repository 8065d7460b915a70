// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.jspecify.annotations.Nullable;

/** Proves the name of this device, and that it is of the account. */
final class AccountCredentials implements Credentials {
  private final SigningKey device;
  private final SigningKey member;
  private final PeerId peer;
  private final RoomId room;

  AccountCredentials(SigningKey device, SigningKey member) {
    this.device = device;
    this.member = member;
    this.peer = DeviceKeys.peer(device.publicKey());
    this.room = DeviceKeys.room(member.publicKey());
  }

  /** Returns the only room that has a key. */
  RoomId room() {
    return room;
  }

  @Override
  public PeerId peer() {
    return peer;
  }

  @Override
  public byte[] key() {
    return device.publicKey();
  }

  @Override
  public byte[] sign(byte[] statement) {
    return device.sign(statement);
  }

  @Override
  public byte @Nullable [] signAsMember(RoomId of, byte[] statement) {
    return of.equals(room) ? member.sign(statement) : null;
  }
}
