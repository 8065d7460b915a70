// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Which texts were seen, in 16 to 32 bytes each, however long they are. It keeps 8 bytes of their
 * SHA-256: two of a million are taken for one with a chance of one in 30 million. For one thread at
 * a time.
 */
@ProviderType
public final class DistinctTexts {
  private static final int FIRST_SLOTS = 64;

  private final MessageDigest sha256;
  private long[] slots = new long[FIRST_SLOTS];
  private int size;

  /** None yet. */
  public DistinctTexts() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Adds a text.
   *
   * @param text the text
   * @return true if it was not there
   */
  public boolean add(String text) {
    if (2 * size >= slots.length) {
      grow();
    }
    long digest = digest(text);
    int slot = slot(slots, digest);
    if (slots[slot] == digest) {
      return false;
    }
    slots[slot] = digest;
    size++;
    return true;
  }

  /**
   * Tells whether a text was added.
   *
   * @param text the text
   * @return true if it was
   */
  public boolean contains(String text) {
    long digest = digest(text);
    return slots[slot(slots, digest)] == digest;
  }

  /**
   * Returns how many there are.
   *
   * @return the number of different texts
   */
  public long size() {
    return size;
  }

  private long digest(String text) {
    long digest = ByteBuffer.wrap(sha256.digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
    // An empty slot is 0.
    return digest == 0 ? 1 : digest;
  }

  /** Returns where a digest is, or would be. */
  private static int slot(long[] in, long digest) {
    int slot = (int) digest & (in.length - 1);
    while (in[slot] != 0 && in[slot] != digest) {
      slot = (slot + 1) & (in.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] more = new long[2 * slots.length];
    for (long digest : slots) {
      if (digest != 0) {
        more[slot(more, digest)] = digest;
      }
    }
    slots = more;
  }
}
