// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chroniclesync.api.crypto.Mnemonics;
import org.chroniclesync.support.mnemonic.PhraseText;
import org.chroniclesync.support.mnemonic.WordList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Mnemonics after BIP-39. Public only because the component runtime makes it. */
@Component
public final class Bip39Mnemonics implements Mnemonics {
  static final int WORDS = PhraseText.WORDS;

  private static final int BITS_A_WORD = 11;
  private static final int ENTROPY_BYTES = 32;

  /** Longest part of a wrong word that is repeated to the person. */
  private static final int MAX_SHOWN_CHARS = 32;

  private final WordList list = new WordList();
  private final Corrections corrections = new Corrections(list.all());
  private final SecureRandom random = new SecureRandom();

  /** Reads the word list. */
  @Activate
  public Bip39Mnemonics() {}

  @Override
  public char[] create() {
    byte[] bits = new byte[ENTROPY_BYTES + 1];
    int[] indices = new int[WORDS];
    byte[] entropy = new byte[ENTROPY_BYTES];
    try {
      random.nextBytes(entropy);
      System.arraycopy(entropy, 0, bits, 0, ENTROPY_BYTES);
      bits[ENTROPY_BYTES] = Digests.sha256(entropy)[0];
      unpack(bits, indices);
      return join(indices);
    } finally {
      Arrays.fill(entropy, (byte) 0);
      Arrays.fill(bits, (byte) 0);
      Arrays.fill(indices, 0);
    }
  }

  @Override
  public Check check(char[] phrase) {
    int[] bounds = PhraseText.bounds(phrase);
    if (bounds.length != 2 * WORDS) {
      return new Check.WrongLength(bounds.length / 2);
    }
    char[] lower = PhraseText.lowerCase(phrase);
    int[] indices = new int[WORDS];
    try {
      List<WrongWord> wrong = look(lower, bounds, indices);
      return wrong.isEmpty()
          ? new Check.Usable(checksum(indices), join(indices))
          : new Check.Misspelt(wrong);
    } finally {
      Arrays.fill(lower, '\0');
      Arrays.fill(indices, 0);
    }
  }

  private List<WrongWord> look(char[] phrase, int[] bounds, int[] indices) {
    List<WrongWord> wrong = new ArrayList<>();
    for (int i = 0; i < indices.length; i++) {
      int from = bounds[2 * i];
      int to = bounds[2 * i + 1];
      indices[i] = list.indexOf(phrase, from, to);
      if (indices[i] < 0) {
        wrong.add(wrongWord(i + 1, phrase, from, to));
      }
    }
    return wrong;
  }

  private WrongWord wrongWord(int position, char[] phrase, int from, int to) {
    if (to - from > MAX_SHOWN_CHARS) {
      return new WrongWord(position, shown(phrase, from, MAX_SHOWN_CHARS) + "…", List.of());
    }
    String typed = shown(phrase, from, to - from);
    return new WrongWord(position, typed, corrections.of(typed));
  }

  /** A terminal obeys control characters, and a file may hold some. */
  private static String shown(char[] phrase, int from, int length) {
    char[] shown = Arrays.copyOfRange(phrase, from, from + length);
    for (int i = 0; i < length; i++) {
      if (Character.isISOControl(shown[i])) {
        shown[i] = '?';
      }
    }
    return new String(shown);
  }

  private char[] join(int[] indices) {
    char[] phrase = new char[WORDS * (WordList.MAX_WORD_CHARS + 1)];
    int length = 0;
    for (int index : indices) {
      String word = list.word(index);
      if (length > 0) {
        phrase[length++] = ' ';
      }
      word.getChars(0, word.length(), phrase, length);
      length += word.length();
    }
    char[] result = Arrays.copyOf(phrase, length);
    Arrays.fill(phrase, '\0');
    return result;
  }

  private static boolean checksum(int[] indices) {
    byte[] bits = new byte[ENTROPY_BYTES + 1];
    pack(indices, bits);
    byte[] entropy = Arrays.copyOf(bits, ENTROPY_BYTES);
    try {
      return bits[ENTROPY_BYTES] == Digests.sha256(entropy)[0];
    } finally {
      Arrays.fill(bits, (byte) 0);
      Arrays.fill(entropy, (byte) 0);
    }
  }

  private static void pack(int[] indices, byte[] bits) {
    for (int bit = 0; bit < WORDS * BITS_A_WORD; bit++) {
      int value = indices[bit / BITS_A_WORD] >>> (BITS_A_WORD - 1 - bit % BITS_A_WORD) & 1;
      bits[bit / 8] |= (byte) (value << (7 - bit % 8));
    }
  }

  private static void unpack(byte[] bits, int[] indices) {
    for (int bit = 0; bit < WORDS * BITS_A_WORD; bit++) {
      int value = bits[bit / 8] >>> (7 - bit % 8) & 1;
      indices[bit / BITS_A_WORD] |= value << (BITS_A_WORD - 1 - bit % BITS_A_WORD);
    }
  }
}
