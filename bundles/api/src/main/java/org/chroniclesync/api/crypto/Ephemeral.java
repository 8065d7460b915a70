// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What one side brings into the handshake of one session: a share that the peer gets, and the
 * private key behind it. It is good for one agreement only, because two with the same shares would
 * have the same keys and seal two frames under one nonce. It belongs to the session, not to the
 * service that made it, so that it outlives a swap of that service. Safe for any thread.
 */
@ProviderType
public final class Ephemeral implements AutoCloseable {
  /** Length of the nonce at the beginning of a share, in bytes. */
  public static final int NONCE_BYTES = 32;

  /** Length of an X25519 key, private or public, in bytes. */
  public static final int KEY_BYTES = 32;

  /** Length of a share, in bytes: the nonce, then the X25519 public key. */
  public static final int SHARE_BYTES = NONCE_BYTES + KEY_BYTES;

  private final byte[] share;
  private byte @Nullable [] privateKey;

  /**
   * Makes one. Only crypto services do.
   *
   * @param share {@link #SHARE_BYTES}; copied
   * @param privateKey {@link #KEY_BYTES}; from now on owned, and wiped, by this object
   * @throws IllegalArgumentException if one has another length
   */
  public Ephemeral(byte[] share, byte[] privateKey) {
    if (share.length != SHARE_BYTES || privateKey.length != KEY_BYTES) {
      throw new IllegalArgumentException("a share or a private key of another length");
    }
    this.share = share.clone();
    this.privateKey = privateKey;
  }

  /**
   * Returns what the peer gets.
   *
   * @return a copy, {@link #SHARE_BYTES}; also after the private key was taken or wiped
   */
  public byte[] share() {
    return share.clone();
  }

  /**
   * Hands the private key out, once. Only crypto services call this.
   *
   * @return the key, which the receiver wipes
   * @throws IllegalStateException if it was taken before, or wiped
   */
  public synchronized byte[] takePrivateKey() {
    byte[] taken = privateKey;
    if (taken == null) {
      throw new IllegalStateException("this share was used, and is good for one session only");
    }
    privateKey = null;
    return taken;
  }

  /** Wipes the private key, if it is still here. */
  @Override
  public synchronized void close() {
    if (privateKey != null) {
      Arrays.fill(privateKey, (byte) 0);
      privateKey = null;
    }
  }

  /** Returns nothing of the keys. */
  @Override
  public String toString() {
    return "Ephemeral";
  }
}
