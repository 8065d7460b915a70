// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.chroniclesync.api.discovery.support.DeviceKeys;

/** An Ed25519 key pair (RFC 8032), whose private half can be wiped. Safe for any thread. */
final class SigningKey {
  /** Length of the private key, in bytes. */
  static final int SEED_BYTES = Ed25519.SECRET_KEY_SIZE;

  private final WipeableKey seed;
  private final byte[] publicKey = new byte[DeviceKeys.KEY_BYTES];

  /**
   * Takes a private key over.
   *
   * @param seed the key, from now on owned by this object
   */
  SigningKey(byte[] seed) {
    Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    this.seed = new WipeableKey(seed);
  }

  byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * Signs a statement.
   *
   * @throws IllegalStateException if the key was wiped
   */
  byte[] sign(byte[] statement) {
    byte[] secret = seed.getEncoded();
    try {
      byte[] signature = new byte[DeviceKeys.SIGNATURE_BYTES];
      Ed25519.sign(secret, 0, statement, 0, statement.length, signature, 0);
      return signature;
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  static boolean verify(byte[] key, byte[] statement, byte[] signature) {
    return key.length == DeviceKeys.KEY_BYTES
        && signature.length == DeviceKeys.SIGNATURE_BYTES
        && Ed25519.verify(signature, 0, key, 0, statement, 0, statement.length);
  }

  void destroy() {
    seed.destroy();
  }

  boolean isDestroyed() {
    return seed.isDestroyed();
  }

  /** Returns nothing of the private key. */
  @Override
  public String toString() {
    return "SigningKey";
  }
}
