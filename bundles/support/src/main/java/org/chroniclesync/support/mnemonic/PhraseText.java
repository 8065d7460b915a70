// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.mnemonic;

import java.util.Arrays;

/**
 * A phrase as a person typed it, whatever they put between the words. Nothing here makes a string
 * of it, which could not be wiped. Safe for any thread; no argument is null.
 */
public final class PhraseText {
  /** How many words a mnemonic has. */
  public static final int WORDS = 24;

  private PhraseText() {}

  /**
   * Finds the words.
   *
   * @param phrase what was typed; not changed
   * @return where each word begins and where it ends, by turns
   */
  public static int[] bounds(char[] phrase) {
    int[] bounds = new int[phrase.length + 1];
    int length = 0;
    int from = skip(phrase, 0, true);
    while (from < phrase.length) {
      int to = skip(phrase, from, false);
      bounds[length++] = from;
      bounds[length++] = to;
      from = skip(phrase, to, true);
    }
    return Arrays.copyOf(bounds, length);
  }

  /**
   * Forgives capitals.
   *
   * @param phrase what was typed; not changed
   * @return the same in lower case, which the receiver wipes
   */
  public static char[] lowerCase(char[] phrase) {
    char[] lower = new char[phrase.length];
    for (int i = 0; i < phrase.length; i++) {
      lower[i] = Character.toLowerCase(phrase[i]);
    }
    return lower;
  }

  private static int skip(char[] phrase, int from, boolean blanks) {
    int at = from;
    while (at < phrase.length && isBlank(phrase[at]) == blanks) {
      at++;
    }
    return at;
  }

  // What editors and web pages put between words, the byte order mark of a file included.
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || c == '\0'
        || c == '\u200b'
        || c == '\ufeff';
  }
}
