// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.util.Comparator;
import java.util.List;

/** What a misspelt word was likely meant to be. */
final class Corrections {
  private static final int MAX_LIKELY = 3;

  /** As many letters as tell any two words of the list apart. */
  private static final int PREFIX_CHARS = 4;

  private static final int MAX_DISTANCE = 2;

  /** In shorter words two slips leave nothing to recognize. */
  private static final int MIN_CHARS_FOR_TWO_SLIPS = 4;

  private final List<String> words;

  Corrections(List<String> words) {
    this.words = words;
  }

  private record Guess(String word, int slips, boolean samePrefix) {
    // The first four letters are all that some people keep of a word.
    int doubt() {
      return samePrefix ? Math.min(slips, 1) : slips;
    }
  }

  /**
   * Guesses.
   *
   * @param typed the word in lower case
   * @return the likeliest first
   */
  List<String> of(String typed) {
    int bound = typed.length() < MIN_CHARS_FOR_TWO_SLIPS ? 1 : MAX_DISTANCE;
    return words.stream()
        .map(word -> guess(word, typed))
        .filter(guess -> guess.samePrefix() || guess.slips() <= bound)
        .sorted(
            Comparator.comparingInt(Guess::doubt)
                .thenComparing(guess -> !guess.samePrefix())
                .thenComparing(guess -> guess.word().charAt(0) != typed.charAt(0))
                .thenComparingInt(Guess::slips))
        .limit(MAX_LIKELY)
        .map(Guess::word)
        .toList();
  }

  private static Guess guess(String word, String typed) {
    boolean samePrefix =
        word.length() >= PREFIX_CHARS && typed.startsWith(word.substring(0, PREFIX_CHARS));
    // Cheap to rule out, so that a very long word costs nothing.
    boolean near = Math.abs(word.length() - typed.length()) <= MAX_DISTANCE;
    return new Guess(word, near ? distance(word, typed) : Integer.MAX_VALUE, samePrefix);
  }

  /**
   * Counts the letters that were left out, added, taken for others, or swapped with the next
   * (Damerau and Levenshtein's distance, in the form that touches no letter twice).
   */
  static int distance(String a, String b) {
    int[][] slips = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      slips[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      slips[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int taken = slips[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(taken, 1 + Math.min(slips[i - 1][j], slips[i][j - 1]));
        slips[i][j] = swapped(a, i, b, j) ? Math.min(least, slips[i - 2][j - 2] + 1) : least;
      }
    }
    return slips[a.length()][b.length()];
  }

  private static boolean swapped(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
