// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.carried;

import java.io.ByteArrayOutputStream;

/**
 * Bytes in the 45 characters that a QR code packs most densely (RFC 9285): two bytes are three
 * characters, the first the least.
 */
final class Base45 {
  private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  private static final int BASE = ALPHABET.length();
  private static final int BYTE = 256;

  private Base45() {}

  static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length; i += 2) {
      boolean both = i + 1 < bytes.length;
      int value = (bytes[i] & 0xff) * (both ? BYTE : 1) + (both ? bytes[i + 1] & 0xff : 0);
      for (int left = both ? 3 : 2; left > 0; left--) {
        text.append(ALPHABET.charAt(value % BASE));
        value /= BASE;
      }
    }
    return text.toString();
  }

  /**
   * Reads such a text.
   *
   * @throws IllegalArgumentException if it is none
   */
  static byte[] decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i += 3) {
      int chars = Math.min(3, text.length() - i);
      int value = 0;
      for (int j = i + chars - 1; j >= i; j--) {
        int digit = ALPHABET.indexOf(text.charAt(j));
        value = value * BASE + (digit < 0 ? BASE * BASE * BASE : digit);
      }
      if (chars == 1 || value >= (chars == 3 ? BYTE * BYTE : BYTE)) {
        throw new IllegalArgumentException("this is no base45");
      }
      if (chars == 3) {
        bytes.write(value / BYTE);
      }
      bytes.write(value % BYTE);
    }
    return bytes.toByteArray();
  }
}
