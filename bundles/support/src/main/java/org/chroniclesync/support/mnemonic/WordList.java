// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.mnemonic;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * The English words of BIP-39, in their order, which is that of the alphabet. Four letters tell any
 * two of them apart. Immutable, and so safe for any thread; no argument is null.
 */
public final class WordList {
  /** How many words there are. */
  public static final int SIZE = 2_048;

  /** Length of the longest word. */
  public static final int MAX_WORD_CHARS = 8;

  private static final String RESOURCE = "english.txt";
  private static final String SHA_256 =
      "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda";

  private final List<String> words;

  /**
   * Reads the list.
   *
   * @throws IllegalStateException if the bundle holds another list than it was built with: every
   *     mnemonic would mean another account
   */
  public WordList() {
    byte[] text = read();
    if (!HexFormat.of().formatHex(sha256(text)).equals(SHA_256)) {
      throw new IllegalStateException(RESOURCE + " is not the BIP-39 English word list");
    }
    words = new String(text, StandardCharsets.US_ASCII).lines().toList();
  }

  /**
   * Returns a word.
   *
   * @param index its place in the list, from 0
   * @return the word
   */
  public String word(int index) {
    return words.get(index);
  }

  /**
   * Returns all words.
   *
   * @return in their order
   */
  public List<String> all() {
    return words;
  }

  /**
   * Finds a word without making a string of it, which could not be wiped.
   *
   * @param text what contains the word, in lower case
   * @param from where the word begins
   * @param to where it ends
   * @return its index, or a negative number
   */
  public int indexOf(char[] text, int from, int to) {
    int low = 0;
    int high = SIZE - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(words.get(middle), text, from, to);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private static int compare(String word, char[] text, int from, int to) {
    int length = Math.min(word.length(), to - from);
    for (int i = 0; i < length; i++) {
      int order = Character.compare(word.charAt(i), text[from + i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(word.length(), to - from);
  }

  private static byte[] read() {
    try (InputStream in = WordList.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the bundle lacks " + RESOURCE);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
