// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.util.Arrays;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.support.DeviceKeys;

/**
 * How a device proves that something is its own, to whom may have the same mnemonic: its public
 * key, to which its name belongs, and its signature. Stateless.
 */
public final class DeviceProof {
  /** Length of a proof. */
  public static final int BYTES = DeviceKeys.KEY_BYTES + DeviceKeys.SIGNATURE_BYTES;

  private DeviceProof() {}

  /**
   * Proves that this device says something.
   *
   * @throws IllegalStateException if nobody is there now who has the key
   */
  public static byte[] of(Identity identity, byte[] statement) {
    Credentials own = identity.credentials();
    byte[] proof = Arrays.copyOf(own.key(), BYTES);
    System.arraycopy(
        own.sign(statement), 0, proof, DeviceKeys.KEY_BYTES, DeviceKeys.SIGNATURE_BYTES);
    return proof;
  }

  /** Tells whether a device said something; the proof may be anything. */
  public static boolean isRight(Identity identity, PeerId peer, byte[] statement, byte[] proof) {
    return proof.length == BYTES
        && identity.isSignedBy(
            peer,
            Arrays.copyOf(proof, DeviceKeys.KEY_BYTES),
            statement,
            Arrays.copyOfRange(proof, DeviceKeys.KEY_BYTES, BYTES));
  }
}
