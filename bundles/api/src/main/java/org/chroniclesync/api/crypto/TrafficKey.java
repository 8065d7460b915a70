// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.crypto;

import java.util.Arrays;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The key of one direction of a session, and how far it is used. What the bytes mean is written in
 * {@code docs/protocol.md}, so that any crypto service can go on where another one left off. Only
 * crypto services call the methods. Safe for any thread; whoever does several steps that belong
 * together holds this object's monitor meanwhile.
 */
@ProviderType
public final class TrafficKey implements AutoCloseable {
  /** Length of a key and of a secret, in bytes. */
  public static final int KEY_BYTES = 32;

  private final byte[] key = new byte[KEY_BYTES];
  private final byte[] next = new byte[KEY_BYTES];
  private long frames;
  private boolean wiped;

  /**
   * Makes the first key of a direction.
   *
   * @param key the key of its first frames; moved, that is, copied and wiped
   * @param next the secret from which the keys after it come; moved
   * @throws IllegalArgumentException if one does not have {@link #KEY_BYTES}
   */
  public TrafficKey(byte[] key, byte[] next) {
    move(key, next);
  }

  /**
   * Returns the key of the frame that is next.
   *
   * @return a copy, which the receiver wipes
   * @throws IllegalStateException if it was wiped
   */
  public synchronized byte[] key() {
    check();
    return key.clone();
  }

  /**
   * Returns the secret from which the keys after this one come.
   *
   * @return a copy, which the receiver wipes
   * @throws IllegalStateException if it was wiped
   */
  public synchronized byte[] next() {
    check();
    return next.clone();
  }

  /**
   * Returns how many frames went this way, which is also the number of the one that is next.
   *
   * @return 0 at first
   */
  public synchronized long frames() {
    return frames;
  }

  /**
   * Counts a frame.
   *
   * @throws IllegalStateException if the key was wiped
   */
  public synchronized void count() {
    check();
    frames++;
  }

  /**
   * Puts the next key in the place of this one, which is wiped. The number of frames goes on.
   *
   * @param nextKey the key of the frames to come; moved
   * @param afterIt the secret from which the keys after it come; moved
   * @throws IllegalArgumentException if one does not have {@link #KEY_BYTES}
   * @throws IllegalStateException if the key was wiped
   */
  public synchronized void renew(byte[] nextKey, byte[] afterIt) {
    check();
    move(nextKey, afterIt);
  }

  /** Wipes key and secret. */
  @Override
  public synchronized void close() {
    wiped = true;
    Arrays.fill(key, (byte) 0);
    Arrays.fill(next, (byte) 0);
  }

  /** Returns nothing of the key. */
  @Override
  public String toString() {
    return "TrafficKey";
  }

  private void move(byte[] newKey, byte[] newNext) {
    if (newKey.length != KEY_BYTES || newNext.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key of another length than " + KEY_BYTES);
    }
    System.arraycopy(newKey, 0, key, 0, KEY_BYTES);
    System.arraycopy(newNext, 0, next, 0, KEY_BYTES);
    Arrays.fill(newKey, (byte) 0);
    Arrays.fill(newNext, (byte) 0);
  }

  private void check() {
    if (wiped) {
      throw new IllegalStateException("the session was closed, its keys are wiped");
    }
  }
}
