// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Splits text into words, for the index, the question, the rows that are not indexed yet and the
 * excerpt alike, so that all four agree on what matches.
 *
 * <p>A word is a run of letters and digits, in lower case, with each letter as Lucene folds it
 * ({@code ø} is {@code o}, {@code ß} is {@code ss}, forms of Arabic letters are one), without the
 * marks of Latin, Greek, Cyrillic, Hebrew and Arabic, and with compatibility forms (full-width
 * letters, superscripts, ligatures) made plain. What nobody sees (soft hyphens, characters of no
 * width) is not there. Scripts that put no blanks between words (Han, kana, Thai, Lao, Khmer,
 * Myanmar) give one word for each character, and so do emoji; a question in them asks for the
 * characters in a row, which finds any part of a text.
 *
 * <p>Some words have a second form that covers the first, and stands before it: {@code c++}, {@code
 * f#} and {@code .net} with their symbols, {@code what's} and {@code e-mail} in one. A text has
 * both forms; a question asks for the longer one.
 */
@ProviderType
public final class Words {
  /** Longer words are cut; a question is cut alike and still finds them. */
  public static final int MAX_WORD_CHARS = 64;

  /** From a symbol of ASCII to its full-width form, which stands in words: FTS5 keeps it. */
  private static final int FULL_WIDTH = 0xFEE0;

  private static final String PLUS = "\uFF0B";
  private static final String SHARP = "\uFF03";
  private static final String DOT = "\uFF0E";

  private final String text;
  private final List<Word> found = new ArrayList<>();
  private final StringBuilder folded = new StringBuilder();
  private int start = -1;
  private @Nullable Word last;
  private int lastIndex;

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
   * Splits what a person asks for: of two forms of a word, only the one that says more.
   *
   * @param text any text
   * @return its words in order, none within another
   */
  public static List<Word> asked(String text) {
    List<Word> asked = new ArrayList<>();
    int covered = -1;
    for (Word word : in(text)) {
      if (word.end > covered) {
        asked.add(word);
        covered = word.end;
      }
    }
    return asked;
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

  /** Returns a folded word as it stands in a text of ASCII. */
  static String asAscii(String word) {
    return word.replace(PLUS, "+").replace(SHARP, "#").replace(DOT, ".");
  }

  /** Tells of a text of ASCII, in lower case, whether it may hold the word in one of its forms. */
  static boolean asciiHas(String text, String word) {
    return text.contains(word)
        || has(text, word, "-")
        || has(text, word, "'")
        || has(text, word, "`");
  }

  private static boolean has(String text, String word, String without) {
    return text.contains(without) && text.replace(without, "").contains(word);
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
    if (standsAlone(character) || isPicture(character)) {
      return single(at, end);
    }
    if (isInWord(character) && !isApostrophe(character)) {
      fold(character, at);
    } else if (!isUnseen(character)) {
      finish(at);
    }
    return end;
  }

  private int single(int at, int afterBase) {
    finish(at);
    int end = afterBase;
    // A mark belongs to its character; a sequence of them is cut like a long word.
    while (end < text.length() && end - at < MAX_WORD_CHARS && joins(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    StringBuilder plain = new StringBuilder();
    text.substring(at, end)
        .codePoints()
        .filter(part -> !isUnseen(part) && !isTone(part) && !isVariation(part))
        .forEach(plain::appendCodePoint);
    found.add(new Word(composed(plain), at, end, true));
    return end;
  }

  private static String composed(CharSequence character) {
    String plain = Normalizer.normalize(character, Normalizer.Form.NFKC);
    // A ligature of two characters that stand alone would be no word that anybody can ask for.
    boolean ligature = plain.codePoints().skip(1).anyMatch(next -> !isMark(next));
    return ligature ? Normalizer.normalize(character, Normalizer.Form.NFC) : plain;
  }

  private static boolean joins(int character) {
    return isMark(character)
        || isUnseen(character)
        || isTone(character)
        // Half-width kana carry their voicing as a character of its own.
        || character == 0xFF9E
        || character == 0xFF9F;
  }

  private void fold(int character, int at) {
    String letters = Folds.of(character);
    String plain =
        letters == null
            ? Normalizer.normalize(Character.toString(character), Normalizer.Form.NFKD)
            : letters;
    // A fraction is no number of two digits, and a number of Han's characters is none of ours.
    if (plain.indexOf(0x2044) >= 0 || plain.codePoints().anyMatch(Words::standsAlone)) {
      finish(at);
      return;
    }
    // A mark alone joins the word before it but begins none.
    if (start < 0 && !plain.isEmpty() && isMark(plain.codePointAt(0))) {
      return;
    }
    plain
        .codePoints()
        .flatMap(Words::folded)
        .filter(part -> Character.isLetterOrDigit(part) || isMark(part))
        .filter(part -> !isDiacritic(part) && !isApostrophe(part))
        .map(part -> Character.toLowerCase(Character.toUpperCase(part)))
        .forEach(part -> add(part, at));
  }

  private static IntStream folded(int part) {
    int lower = Character.toLowerCase(Character.toUpperCase(part));
    String letters = lower < 0x80 ? null : Folds.of(lower);
    return letters == null ? IntStream.of(lower) : letters.codePoints();
  }

  private void finish(int end) {
    if (start >= 0 && folded.length() > 0) {
      put(new Word(folded.toString(), start, end, false));
    }
    start = -1;
    folded.setLength(0);
  }

  private void put(Word word) {
    Word before = last;
    int index = lastIndex;
    last = word;
    lastIndex = found.size();
    found.add(word);
    if (word.end < text.length()) {
      putWithSymbols(word);
    }
    if (word.start > 0) {
      if (isDot(word.start - 1) && isWordOfDot(word)) {
        found.add(lastIndex, new Word(DOT + word.folded, word.start - 1, word.end, false));
      } else if (before != null && before.end == word.start - 1 && joinsParts(before, word)) {
        int place = index;
        while (found.get(place).start < before.start) {
          place++; // the form with a dot, which begins before the word
        }
        found.add(place, new Word(before.folded + word.folded, before.start, word.end, false));
        lastIndex++;
      }
    }
  }

  private void putWithSymbols(Word word) {
    if (!Character.isLetter(word.folded.codePointAt(0))
        || word.folded.length() > MAX_WORD_CHARS - 2) {
      return;
    }
    if (is(word.end, '+') && is(word.end + 1, '+') && endsAt(word.end + 2)) {
      found.add(lastIndex, new Word(word.folded + PLUS + PLUS, word.start, word.end + 2, false));
    } else if (is(word.end, '#') && word.folded.length() <= 2 && endsAt(word.end + 1)) {
      found.add(lastIndex, new Word(word.folded + SHARP, word.start, word.end + 1, false));
    }
  }

  private boolean isWordOfDot(Word word) {
    return Character.isLetter(word.folded.codePointAt(0))
        && word.folded.length() < MAX_WORD_CHARS
        && (word.start == 1 || Character.isWhitespace(text.charAt(word.start - 2)));
  }

  private boolean joinsParts(Word before, Word word) {
    if (before.folded.length() + word.folded.length() > MAX_WORD_CHARS
        || !Character.isLetter(before.folded.codePointAt(0))
        || !Character.isLetter(word.folded.codePointAt(0))) {
      return false;
    }
    char between = text.charAt(word.start - 1);
    return switch (between) {
      case '-', '\u2010', '\u2011' -> before.folded.length() <= 2;
      case '"', '\u201D', '\u05F4' -> isHebrew(before) && isHebrew(word);
      default -> isApostrophe(between);
    };
  }

  /** Whether typed, set or written in its place; people leave it out as often as not. */
  private static boolean isApostrophe(int character) {
    return switch (character) {
      case '\'', '`', '\u00B4', '\u2018', '\u2019', '\u2032', '\uFF07', '\u05F3' -> true;
      // Letters by their category: of Ukrainian, Hawaiian, and Arabic in Latin letters.
      default -> character >= '\u02B9' && character <= '\u02BF';
    };
  }

  /** Acronyms have a sign before their last letter, for which most type a quotation mark. */
  private static boolean isHebrew(Word word) {
    return Character.UnicodeScript.of(word.folded.codePointAt(0)) == Character.UnicodeScript.HEBREW;
  }

  private boolean isDot(int at) {
    return is(at, '.');
  }

  /** Tells whether a symbol of ASCII stands there, or its full-width form. */
  private boolean is(int at, char symbol) {
    return at < text.length()
        && (text.charAt(at) == symbol || text.charAt(at) == symbol + FULL_WIDTH);
  }

  private boolean endsAt(int at) {
    return at >= text.length()
        || !(Character.isLetterOrDigit(text.codePointAt(at)) || is(at, '+') || is(at, '#'));
  }

  private static boolean isInWord(int character) {
    return Character.isLetterOrDigit(character)
        || isMark(character)
        || Character.getType(character) == Character.OTHER_NUMBER
        || Character.getType(character) == Character.LETTER_NUMBER;
  }

  private static boolean isUnseen(int character) {
    return Character.getType(character) == Character.FORMAT;
  }

  /** Emoji, and the other pictures of their blocks. */
  private static boolean isPicture(int character) {
    boolean within =
        (character >= 0x2300 && character <= 0x23FF)
            || (character >= 0x2600 && character <= 0x27BF)
            || (character >= 0x2B00 && character <= 0x2BFF)
            || (character >= 0x1F000 && character <= 0x1FAFF);
    return within && Character.getType(character) == Character.OTHER_SYMBOL;
  }

  /** The colour of a skin; without it, the same picture. */
  private static boolean isTone(int character) {
    return character >= 0x1F3FB && character <= 0x1F3FF;
  }

  private static boolean isVariation(int character) {
    return character >= 0xFE00 && character <= 0xFE0F;
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
    return Character.getType(character) != Character.COMBINING_SPACING_MARK
        && isMark(character)
        && switch (Character.UnicodeScript.of(character)) {
          case INHERITED, LATIN, GREEK, CYRILLIC, HEBREW, ARABIC -> true;
          default -> false;
        };
  }
}
