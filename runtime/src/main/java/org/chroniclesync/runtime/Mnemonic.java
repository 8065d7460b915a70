// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.chroniclesync.support.files.PrivateFiles;
import org.chroniclesync.support.mnemonic.PhraseText;
import org.chroniclesync.support.mnemonic.WordList;

/**
 * The 24 words of a file, checked before anybody keeps them. A refusal tells the places of wrong
 * words but never the words: it may end up in a log. Closing wipes the words.
 */
final class Mnemonic implements AutoCloseable {
  /** 24 words are far shorter. */
  private static final int MAX_BYTES = 1_024;

  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

  private final byte[] words;

  private Mnemonic(byte[] words) {
    this.words = words;
  }

  /**
   * Reads a file. Never waits: what is no regular file is not opened.
   *
   * @throws ExitException if it holds no mnemonic, or others may read it
   */
  static Mnemonic read(Path file) throws ExitException {
    byte[] bytes = new byte[0];
    char[] typed = new char[0];
    char[] lower = new char[0];
    try {
      requirePrivateFile(file);
      bytes = bytes(file);
      typed = decode(file, bytes);
      lower = PhraseText.lowerCase(typed);
      return new Mnemonic(words("The file " + file, lower));
    } catch (IOException e) {
      throw refusal(file, "cannot be read (" + e + ").");
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(typed, '\0');
      Arrays.fill(lower, '\0');
    }
  }

  /**
   * Checks what a person typed.
   *
   * @param typed wiped
   * @throws ExitException if it is no mnemonic
   */
  static Mnemonic typed(char[] typed) throws ExitException {
    char[] lower = PhraseText.lowerCase(typed);
    try {
      return new Mnemonic(words("What was typed", lower));
    } finally {
      Arrays.fill(typed, '\0');
      Arrays.fill(lower, '\0');
    }
  }

  boolean isSameAs(Mnemonic other) {
    return Arrays.equals(words, other.words);
  }

  /** Writes the words in their one form. */
  void write(Path file) throws IOException {
    PrivateFiles.write(file, ByteBuffer.wrap(words));
  }

  @Override
  public void close() {
    Arrays.fill(words, (byte) 0);
  }

  private static void requirePrivateFile(Path file) throws IOException, ExitException {
    if (!Files.exists(file)) {
      throw refusal(file, "does not exist.");
    }
    if (!Files.isRegularFile(file)) {
      throw refusal(file, "is not a regular file. Put the 24 words into a file of their own.");
    }
    // A service manager guards the folder of its credentials, and may show a mask as rights of the
    // group there.
    if (!isCredential(file) && PrivateFiles.isOpenToOthers(file)) {
      throw refusal(file, "can be read or written by others. Run: chmod 600 " + file);
    }
  }

  private static boolean isCredential(Path file) {
    String credentials = System.getenv(CREDENTIALS);
    return credentials != null
        && file.toAbsolutePath().normalize().startsWith(Path.of(credentials).toAbsolutePath());
  }

  private static byte[] bytes(Path file) throws IOException, ExitException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        Arrays.fill(bytes, (byte) 0);
        throw refusal(file, "is too large: 24 words have at most %,d bytes.", MAX_BYTES);
      }
      return bytes;
    }
  }

  private static char[] decode(Path file, byte[] bytes) throws ExitException {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      char[] chars = Arrays.copyOf(text.array(), text.limit());
      Arrays.fill(text.array(), '\0');
      return chars;
    } catch (CharacterCodingException e) {
      throw refusal(file, "is not a text in UTF-8. It must contain 24 words.");
    }
  }

  private static byte[] words(String source, char[] lower) throws ExitException {
    int[] bounds = PhraseText.bounds(lower);
    if (bounds.length != 2 * PhraseText.WORDS) {
      int words = bounds.length / 2;
      throw refusal(
          source, "contains %,d %s; a mnemonic has 24.", words, words == 1 ? "word" : "words");
    }
    WordList list = new WordList();
    ByteBuffer joined = ByteBuffer.allocate(PhraseText.WORDS * (WordList.MAX_WORD_CHARS + 1));
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < PhraseText.WORDS; i++) {
      int index = list.indexOf(lower, bounds[2 * i], bounds[2 * i + 1]);
      if (index < 0) {
        wrong.add(String.valueOf(i + 1));
        continue;
      }
      joined.put(i == 0 ? new byte[0] : new byte[] {' '});
      joined.put(list.word(index).getBytes(StandardCharsets.US_ASCII));
    }
    byte[] words = Arrays.copyOf(joined.array(), joined.position());
    Arrays.fill(joined.array(), (byte) 0);
    if (!wrong.isEmpty()) {
      Arrays.fill(words, (byte) 0);
      throw refusal(
          source,
          "is no mnemonic: word "
              + String.join(", ", wrong)
              + (wrong.size() == 1 ? " is" : " are")
              + " not in the English list of BIP-39. Compare it with your other devices.");
    }
    return words;
  }

  private static ExitException refusal(Path file, String what, Object... values) {
    return refusal("The file " + file, what, values);
  }

  private static ExitException refusal(String source, String what, Object... values) {
    return new ExitException(Exit.DATA, source + " " + String.format(Locale.ROOT, what, values));
  }
}
