// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage;

import static java.nio.charset.StandardCharsets.UTF_16BE;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a page stands among all that answer a question; the best is the least.
 *
 * @param score how well it fits, by text, recency and frequency; greater is better, comparable
 *     within one search only
 * @param timeMillis the newest visit that answers the question; of equal scores the newer is better
 * @param page {@link #key} of its URL, which settles what is equal in both
 */
@ProviderType
public record Rank(double score, double timeMillis, long page) implements Comparable<Rank> {
  private static final Comparator<Rank> BEST_FIRST =
      Comparator.comparingDouble(Rank::score)
          .thenComparingDouble(Rank::timeMillis)
          .thenComparingLong(Rank::page)
          .reversed();

  /**
   * Ranks a page.
   *
   * @param score how well it fits
   * @param timeMillis its newest visit that answers the question
   * @param url the page
   * @return its rank
   */
  public static Rank of(double score, double timeMillis, String url) {
    return new Rank(score, timeMillis, key(url));
  }

  /**
   * Returns a number that stands for a text.
   *
   * @param text such as the URL of a page
   * @return the first 8 bytes of the SHA-256 of its UTF-16 units, big-endian
   */
  public static long key(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return ByteBuffer.wrap(sha256.digest(text.getBytes(UTF_16BE))).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public int compareTo(Rank other) {
    return BEST_FIRST.compare(this, other);
  }
}
