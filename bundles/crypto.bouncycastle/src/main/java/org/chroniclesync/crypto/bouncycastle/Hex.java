// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.util.Arrays;

/**
 * Hexadecimal digits, in place and without a string in between: frames are many and large, and a
 * general-purpose codec costs more than the cipher.
 */
final class Hex {
  private static final byte[] DIGITS = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };
  private static final byte[] VALUES = values();

  private Hex() {}

  /**
   * Writes the digits of {@code text[at, at + length)} to {@code text[to, to + 2 * length)}. The
   * two may overlap if the bytes end where the digits end, or before the digits begin.
   */
  static void encode(byte[] text, int at, int length, int to) {
    for (int i = 0; i < length; i++) {
      int value = text[at + i];
      text[to + 2 * i] = DIGITS[value >>> 4 & 0xf];
      text[to + 2 * i + 1] = DIGITS[value & 0xf];
    }
  }

  /**
   * Reads the digits of {@code text[at, at + 2 * length)} into {@code out} from {@code to} on,
   * which may be the same array if {@code to} is not after {@code at}.
   *
   * @return false if there is anything but digits; {@code out} is then undefined
   */
  static boolean decode(byte[] text, int at, int length, byte[] out, int to) {
    int all = 0;
    for (int i = 0; i < length; i++) {
      int value = VALUES[text[at + 2 * i] & 0xff] << 4 | VALUES[text[at + 2 * i + 1] & 0xff];
      all |= value;
      out[to + i] = (byte) value;
    }
    return all >= 0;
  }

  static boolean isHex(byte[] text) {
    for (byte c : text) {
      if (VALUES[c & 0xff] < 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] values() {
    byte[] values = new byte[256];
    Arrays.fill(values, (byte) -1);
    for (int i = 0; i < DIGITS.length; i++) {
      values[DIGITS[i]] = (byte) i;
      values[Character.toUpperCase(DIGITS[i])] = (byte) i;
    }
    return values;
  }
}
