// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.util.Arrays;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.support.DeviceKeys;
import org.chroniclesync.api.support.Transcript;

/**
 * How a device proves that something is its own, to whom may have the same mnemonic: its public
 * key, to which its name belongs, and its signature. Stateless.
 */
public final class DeviceProof {
  /** Length of a proof. */
  public static final int BYTES = DeviceKeys.KEY_BYTES + DeviceKeys.SIGNATURE_BYTES;

  private static final String GREETING = "chroniclesync v2 greeting";
  private static final String SIGNAL = "chroniclesync v2 signed signal";

  private DeviceProof() {}

  /**
   * Returns what a device signs of its share in a session. That both ends see one connection, the
   * keys of the session prove.
   */
  public static byte[] greeting(byte[] share, PeerId of) {
    return new Transcript(GREETING).add(share).add(of.value()).bytes();
  }

  /**
   * Returns what a device signs of a signal, which is then sealed: each device of the account could
   * do that, but only one bears the name.
   */
  public static byte[] signal(PeerId from, PeerId to, byte[] signal) {
    return new Transcript(SIGNAL).add(from.value()).add(to.value()).add(signal).bytes();
  }

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
