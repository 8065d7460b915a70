// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.chroniclesync.api.message.MalformedMessageException;

/** Texts of Java, which may hold half a surrogate pair, and their bytes. */
final class Text {
  private static final int UTF8_ONE = 0x80;
  private static final int UTF8_TWO = 0x800;

  /** What the decoder of the JDK inserts for bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!isPair(text, i)) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static boolean isPair(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1));
  }

  /** How many bytes a text has packed at most, without its head. */
  static int maxBytes(String text) {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < UTF8_ONE ? 1 : c < UTF8_TWO ? 2 : 3;
    }
    // ASCII with one half character in it grows most: to two bytes for each.
    return bytes == text.length() ? bytes : Math.max(bytes, 2 * text.length());
  }

  static byte[] utf16(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * text.length());
    bytes.asCharBuffer().put(text);
    return bytes.array();
  }

  static String ofUtf16(byte[] from, int offset, int length) throws MalformedMessageException {
    if (length % 2 != 0) {
      throw new MalformedMessageException("half a character", null);
    }
    CharBuffer chars = ByteBuffer.wrap(from, offset, length).asCharBuffer();
    return chars.toString();
  }

  static String ofUtf8(byte[] from, int offset, int length) throws MalformedMessageException {
    String text = new String(from, offset, length, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : strictly(from, offset, length);
  }

  private static String strictly(byte[] from, int offset, int length)
      throws MalformedMessageException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(from, offset, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException("a text that is not UTF-8", e);
    }
  }
}
