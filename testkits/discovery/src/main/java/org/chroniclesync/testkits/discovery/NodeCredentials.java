// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.discovery;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.jspecify.annotations.Nullable;

/**
 * A node for a test: a device and a room that have keys, by which it proves what it says. Safe for
 * any thread.
 */
public final class NodeCredentials implements Credentials {
  private final KeyPair device;
  private final KeyPair member;

  private NodeCredentials(KeyPair device, KeyPair member) {
    this.device = device;
    this.member = member;
  }

  /**
   * Makes a device of an account of its own.
   *
   * @return its credentials
   */
  public static NodeCredentials create() {
    return new NodeCredentials(draw(), draw());
  }

  /**
   * Makes another device of the same account.
   *
   * @return its credentials
   */
  public NodeCredentials another() {
    return new NodeCredentials(draw(), member);
  }

  /**
   * Returns the room that the devices of the account can enter.
   *
   * @return the room
   */
  public RoomId room() {
    return DeviceKeys.room(raw(member));
  }

  @Override
  public PeerId peer() {
    return DeviceKeys.peer(key());
  }

  @Override
  public byte[] key() {
    return raw(device);
  }

  @Override
  public byte[] sign(byte[] statement) {
    return sign(device, statement);
  }

  @Override
  public byte @Nullable [] signAsMember(RoomId room, byte[] statement) {
    return room.equals(room()) ? sign(member, statement) : null;
  }

  private static KeyPair draw() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key is the end of its X.509 form, RFC 8410. */
  private static byte[] raw(KeyPair pair) {
    byte[] encoded = pair.getPublic().getEncoded();
    return Arrays.copyOfRange(encoded, encoded.length - DeviceKeys.KEY_BYTES, encoded.length);
  }

  private static byte[] sign(KeyPair pair, byte[] statement) {
    try {
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(pair.getPrivate());
      signer.update(statement);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
