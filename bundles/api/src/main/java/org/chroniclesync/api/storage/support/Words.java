// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Splits text into words, for the index, the question, the rows that are not indexed yet and the
 * excerpt alike, so that all four agree on what matches.
 *
 * <p>A word is a run of letters and digits, in lower case, without the diacritics of Latin, Greek
 * and Cyrillic, and with compatibility forms (full-width letters, ligatures) made plain. Scripts
 * that put no blanks between words (Han, kana, Thai, Lao, Khmer, Myanmar) give one word for each
 * character; a question in them asks for the characters in a row, which finds any part of a text.
 */
@ProviderType
public final class Words {
  /** Longer words are cut; a question is cut alike and still finds them. */
  public static final int MAX_WORD_CHARS = 64;

  private final String text;
  private final List<Word> found = new ArrayList<>();
  private final StringBuilder folded = new StringBuilder();
  private int start = -1;

  /**
   * A word and where it stands.
   *
   * @param folded what is compared
   * @param start the index of its first character
   * @param end the index after its last character
   * @param single whether it is one character of a script without blanks
   */
  @ProviderType
  public record Word(String folded, int start, int end, boolean single) {
    /**
     * Tells whether both belong to one run of a script without blanks.
     *
     * @param next the word that follows in the text
     * @return true if nothing stands between them
     */
    public boolean adjoins(Word next) {
      return single && next.single && end == next.start;
    }
  }

  private Words(String text) {
    this.text = text;
  }

  /**
   * Splits a text.
   *
   * @param text any text
   * @return its words in order
   */
  public static List<Word> in(String text) {
    Words words = new Words(text);
    words.split();
    return words.found;
  }

  /**
   * Tells whether a text is ASCII only, hence equal to its folded form but for its case.
   *
   * @param text any text
   * @return true if it is
   */
  public static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private void split() {
    int at = 0;
    while (at < text.length()) {
      char unit = text.charAt(at);
      at = unit < 0x80 ? ascii(unit, at) : other(at);
    }
    finish(at);
  }

  private int ascii(char unit, int at) {
    if ((unit >= 'a' && unit <= 'z') || (unit >= '0' && unit <= '9')) {
      add(unit, at);
    } else if (unit >= 'A' && unit <= 'Z') {
      add(unit + ('a' - 'A'), at);
    } else {
      finish(at);
    }
    return at + 1;
  }

  private void add(int character, int at) {
    if (start < 0) {
      start = at;
    }
    if (folded.length() + Character.charCount(character) <= MAX_WORD_CHARS) {
      folded.appendCodePoint(character);
    }
  }

  private int other(int at) {
    int character = text.codePointAt(at);
    int end = at + Character.charCount(character);
    if (standsAlone(character)) {
      return single(at, end);
    }
    if (Character.isLetterOrDigit(character) || isMark(character)) {
      fold(text.substring(at, end), at);
    } else {
      finish(at);
    }
    return end;
  }

  private int single(int at, int afterBase) {
    finish(at);
    int end = afterBase;
    // A mark belongs to its character; a sequence of them is cut like a long word.
    while (end < text.length() && end - at < MAX_WORD_CHARS && isMark(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    found.add(
        new Word(
            Normalizer.normalize(text.substring(at, end), Normalizer.Form.NFKC), at, end, true));
    return end;
  }

  private void fold(String character, int at) {
    String plain = Normalizer.normalize(character, Normalizer.Form.NFKD);
    // A mark alone joins the word before it but begins none.
    if (start < 0 && isMark(plain.codePointAt(0))) {
      return;
    }
    plain
        .codePoints()
        .filter(part -> Character.isLetterOrDigit(part) || isMark(part))
        .filter(part -> !isDiacritic(part))
        .map(part -> Character.toLowerCase(Character.toUpperCase(part)))
        .forEach(part -> add(part, at));
  }

  private void finish(int end) {
    if (start >= 0 && folded.length() > 0) {
      found.add(new Word(folded.toString(), start, end, false));
    }
    start = -1;
    folded.setLength(0);
  }

  private static boolean standsAlone(int character) {
    if (!Character.isLetter(character)) {
      return false;
    }
    return switch (Character.UnicodeScript.of(character)) {
      case HAN, HIRAGANA, KATAKANA, BOPOMOFO, THAI, LAO, KHMER, MYANMAR, TIBETAN -> true;
      // The mark of a long vowel is shared by both kana.
      case COMMON -> character == 0x30FC || character == 0xFF70;
      default -> false;
    };
  }

  private static boolean isMark(int character) {
    int type = Character.getType(character);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }

  private static boolean isDiacritic(int character) {
    return (character >= 0x0300 && character <= 0x036F)
        || (character >= 0x1AB0 && character <= 0x1AFF)
        || (character >= 0x1DC0 && character <= 0x1DFF)
        || (character >= 0x20D0 && character <= 0x20FF);
  }
}
