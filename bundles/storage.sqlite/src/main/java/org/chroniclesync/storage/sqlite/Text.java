// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Strings as SQLite keeps them, without loss. A Java string may hold half a surrogate pair, which
 * UTF-8 cannot say; if it came back changed, the same version would look like a new one for ever.
 */
final class Text {
  private Text() {}

  /** Returns what to bind: the string itself, or bytes if it is not well-formed. */
  static Object column(String value) {
    return wellFormed(value) ? value : key(value);
  }

  /**
   * Returns what was bound, by the bytes of its column; for null, as the driver may say instead of
   * no bytes, the empty string. The driver makes a string of a column at twice the cost.
   */
  static String value(byte @Nullable [] column) {
    if (column == null) {
      return "";
    }
    return isKey(column) ? fromKey(column) : new String(column, UTF_8);
  }

  /** Half a surrogate pair is in all that was bound as bytes, and in no UTF-8. */
  private static boolean isKey(byte[] bytes) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      if (bytes[i] == (byte) 0xED && (bytes[i + 1] & 0xE0) == 0xA0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Encodes each UTF-16 unit on its own in the manner of UTF-8, so that the order of the bytes is
   * the order of {@link String#compareTo}.
   */
  static byte[] key(String value) {
    byte[] bytes = new byte[value.length() * 3];
    int end = 0;
    for (int i = 0; i < value.length(); i++) {
      char unit = value.charAt(i);
      if (unit < 0x80) {
        bytes[end++] = (byte) unit;
      } else if (unit < 0x800) {
        bytes[end++] = (byte) (0xC0 | unit >> 6);
        bytes[end++] = (byte) (0x80 | (unit & 0x3F));
      } else {
        bytes[end++] = (byte) (0xE0 | unit >> 12);
        bytes[end++] = (byte) (0x80 | (unit >> 6 & 0x3F));
        bytes[end++] = (byte) (0x80 | (unit & 0x3F));
      }
    }
    return Arrays.copyOf(bytes, end);
  }

  static String fromKey(byte[] bytes) {
    StringBuilder value = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; ) {
      int first = bytes[i++];
      if (first >= 0) {
        value.append((char) first);
      } else if ((first & 0xE0) == 0xC0 && i < bytes.length) {
        value.append((char) ((first & 0x1F) << 6 | (bytes[i++] & 0x3F)));
      } else if ((first & 0xF0) == 0xE0 && i + 1 < bytes.length) {
        value.append(
            (char) ((first & 0x0F) << 12 | (bytes[i++] & 0x3F) << 6 | (bytes[i++] & 0x3F)));
      } else {
        return new String(bytes, UTF_8);
      }
    }
    return value.toString();
  }

  private static boolean wellFormed(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isSurrogate(value.charAt(i))) {
        return UTF_8.newEncoder().canEncode(value);
      }
    }
    return true;
  }
}
