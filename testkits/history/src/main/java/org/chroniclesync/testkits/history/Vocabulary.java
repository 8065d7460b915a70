// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.history;

import java.util.Random;

/** Words that no language has, some common and most rare. */
final class Vocabulary {
  private static final int WORDS = 4_000;
  private static final double EXPONENT = 0.9;
  private static final String[] ONSETS =
      "b c d f g h j k l m n p r s t v w z br ch cl dr fl gr pl pr sh sl st th tr".split(" ");
  private static final String[] VOWELS = "a e i o u a e i o ai ea ee io ou".split(" ");
  private static final String[] CODAS = {"", "", "", "n", "r", "s", "t", "l", "nd", "ck", "st"};
  private static final String[] BEYOND_ASCII = {"ä", "é", "ø", "ж", "中", "史", "🚀"};

  private final String[] words = new String[WORDS];
  private final Zipf ranks = new Zipf(WORDS, EXPONENT);

  Vocabulary(Random random) {
    for (int i = 0; i < WORDS; i++) {
      StringBuilder word = new StringBuilder();
      int syllables = 1 + random.nextInt(i < 100 ? 2 : 3);
      for (int j = 0; j < syllables; j++) {
        word.append(one(ONSETS, random)).append(one(VOWELS, random)).append(one(CODAS, random));
      }
      words[i] = word.toString();
    }
  }

  String word(Random random) {
    return words[ranks.rank(random)];
  }

  /** Returns the word of a rank; that of rank 0 is the most common one. */
  String word(int rank) {
    return words[rank];
  }

  String words(int count, String between, Random random) {
    StringBuilder text = new StringBuilder(word(random));
    for (int i = 1; i < count; i++) {
      text.append(between).append(word(random));
    }
    return text.toString();
  }

  static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  String beyondAscii(Random random) {
    return word(random) + one(BEYOND_ASCII, random) + one(BEYOND_ASCII, random);
  }

  private static String one(String[] of, Random random) {
    return of[random.nextInt(of.length)];
  }
}
