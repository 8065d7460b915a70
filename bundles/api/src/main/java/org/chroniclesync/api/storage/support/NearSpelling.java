// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Finds, among the words that it is offered, the one that is spelled most like a word. Letters that
 * are missing, too many, wrong, or swapped with their neighbour count as one fault each; one fault
 * is allowed in a word of three letters or more, two in one of six. Not thread-safe.
 */
@ProviderType
public final class NearSpelling {
  private static final int LEAST_CHARS_FOR_ONE = 3;
  private static final int LEAST_CHARS_FOR_TWO = 6;

  private final String word;
  private final int most;
  private @Nullable String best;
  private int fewest;
  private double mostFrequent;

  /**
   * Looks for a word.
   *
   * @param word folded
   */
  public NearSpelling(String word) {
    this.word = word;
    this.most =
        word.length() >= LEAST_CHARS_FOR_TWO ? 2 : word.length() >= LEAST_CHARS_FOR_ONE ? 1 : 0;
    this.fewest = most + 1;
  }

  /**
   * Offers a word.
   *
   * @param other folded
   * @param frequency of two that are as near the more frequent one is taken
   */
  public void offer(String other, double frequency) {
    if (Math.abs(other.length() - word.length()) > most) {
      return;
    }
    int faults = faults(other);
    boolean better =
        faults < fewest
            || (faults == fewest
                && best != null
                && (frequency > mostFrequent
                    || (frequency == mostFrequent && other.compareTo(best) < 0)));
    if (faults > 0 && faults <= most && better) {
      best = other;
      fewest = faults;
      mostFrequent = frequency;
    }
  }

  /**
   * Returns the nearest word.
   *
   * @return null if none was near
   */
  public @Nullable String best() {
    return best;
  }

  /** The distance of optimal string alignment; words are short, so all of the table is filled. */
  private int faults(String other) {
    int[] before = new int[other.length() + 1];
    int[] above = new int[other.length() + 1];
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= word.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int wrong = word.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(above[j] + 1, row[j - 1] + 1), above[j - 1] + wrong);
        boolean swapped =
            i > 1
                && j > 1
                && word.charAt(i - 1) == other.charAt(j - 2)
                && word.charAt(i - 2) == other.charAt(j - 1);
        if (swapped) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      int[] free = before;
      before = above;
      above = row;
      row = free;
    }
    return above[other.length()];
  }
}
