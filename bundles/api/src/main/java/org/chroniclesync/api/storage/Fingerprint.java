// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import org.chroniclesync.api.history.EntryDigest;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a set of versions is compared by: their number, and the sum of their digests, each taken for
 * an unsigned number of 128 bits, modulo 2^128. Two sets with the same fingerprint are equal, and
 * that of a union or of a difference follows from those of its parts.
 *
 * @param count how many versions
 * @param high the upper 64 bits of the sum
 * @param low the lower 64 bits of the sum
 */
@ProviderType
public record Fingerprint(long count, long high, long low) {
  /** That of no version. */
  public static final Fingerprint EMPTY = new Fingerprint(0, 0, 0);

  /**
   * Adds a version.
   *
   * @param digest its digest
   * @return the fingerprint with it
   */
  public Fingerprint plus(EntryDigest digest) {
    return plus(new Fingerprint(1, digest.high(), digest.low()));
  }

  /**
   * Takes a version away.
   *
   * @param digest its digest
   * @return the fingerprint without it
   */
  public Fingerprint minus(EntryDigest digest) {
    return minus(new Fingerprint(1, digest.high(), digest.low()));
  }

  /**
   * Adds versions that are not in it.
   *
   * @param other their fingerprint
   * @return that of all
   */
  public Fingerprint plus(Fingerprint other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Fingerprint(count + other.count, high + other.high + carry, sum);
  }

  /**
   * Takes versions away that are in it.
   *
   * @param other their fingerprint
   * @return that of the rest
   */
  public Fingerprint minus(Fingerprint other) {
    long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
    return new Fingerprint(count - other.count, high - other.high - borrow, low - other.low);
  }
}
