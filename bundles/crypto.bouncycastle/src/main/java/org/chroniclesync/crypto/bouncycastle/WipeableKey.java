// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A key which can be wiped. (The JDK's own {@code SecretKeySpec} cannot.) Ciphers copy it for as
 * long as they live, which is one frame.
 */
final class WipeableKey implements SecretKey {
  private static final long serialVersionUID = 1L;

  private final transient byte[] bytes;
  private transient boolean wiped;

  /**
   * Takes a key over.
   *
   * @param bytes the key, from now on owned by this object
   */
  WipeableKey(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public String getAlgorithm() {
    return "AES";
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  /**
   * Returns a copy.
   *
   * @throws IllegalStateException if the key was wiped
   */
  @Override
  public synchronized byte[] getEncoded() {
    check();
    return bytes.clone();
  }

  /**
   * Checks that the key is still there.
   *
   * @throws IllegalStateException if it was wiped
   */
  synchronized void check() {
    if (wiped) {
      throw new IllegalStateException("the identity was closed, its key is wiped");
    }
  }

  @Override
  public synchronized void destroy() {
    wiped = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public synchronized boolean isDestroyed() {
    return wiped;
  }

  @Override
  public String toString() {
    return "WipeableKey";
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a key does not leave its bundle");
  }
}
