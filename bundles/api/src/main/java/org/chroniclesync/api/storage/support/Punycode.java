// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import org.jspecify.annotations.Nullable;

/**
 * Decodes a part of a host by RFC 3492. For the names that {@link java.net.IDN} does not know: it
 * follows the standard of 2003, which has no ß, no final sigma and no joiners.
 */
final class Punycode {
  private static final String PREFIX = "xn--";
  private static final int BASE = 36;
  private static final int LEAST = 1;
  private static final int MOST = 26;
  private static final int SKEW = 38;
  private static final int DAMP = 700;
  private static final int INITIAL_BIAS = 72;
  private static final int INITIAL_POINT = 0x80;

  private final StringBuilder decoded = new StringBuilder();
  private final String digits;
  private int at;

  private Punycode(String label) {
    int basic = label.lastIndexOf('-');
    digits = label.substring(basic + 1);
    decoded.append(label, 0, Math.max(0, basic));
  }

  /** Returns the letters of a label that begins with xn--, or null if it is not well-formed. */
  static @Nullable String decode(String label) {
    Punycode punycode = new Punycode(label.substring(PREFIX.length()));
    return !punycode.digits.isEmpty() && punycode.decode() ? punycode.decoded.toString() : null;
  }

  private boolean decode() {
    int point = INITIAL_POINT;
    int bias = INITIAL_BIAS;
    int index = 0;
    while (at < digits.length()) {
      long next = number(index, bias);
      int length = decoded.codePointCount(0, decoded.length()) + 1;
      if (next < 0 || point + next / length > Character.MAX_CODE_POINT) {
        return false;
      }
      bias = adapted(next - index, length, index == 0);
      point += (int) (next / length);
      index = (int) (next % length);
      if (!isPartOfName(point)) {
        return false;
      }
      decoded.insert(decoded.offsetByCodePoints(0, index), Character.toString(point));
      index++;
    }
    return true;
  }

  /** Returns the index plus the number of variable length that comes next; less than 0 if none. */
  private long number(int index, int bias) {
    long number = index;
    long weight = 1;
    for (int k = BASE; at < digits.length(); k += BASE) {
      int digit = Character.digit(digits.charAt(at++), BASE);
      // Letters come first here, from 0; digits follow.
      int value = digit < 10 ? digit + 26 : digit - 10;
      number += value * weight;
      int threshold = Math.max(LEAST, Math.min(MOST, k - bias));
      if (value < threshold) {
        return number;
      }
      weight *= BASE - threshold;
      if (digit < 0 || number > Integer.MAX_VALUE || weight > Integer.MAX_VALUE) {
        return -1;
      }
    }
    return -1;
  }

  private static int adapted(long more, int length, boolean first) {
    long delta = first ? more / DAMP : more / 2;
    delta += delta / length;
    int k = 0;
    while (delta > (BASE - LEAST) * MOST / 2) {
      delta /= BASE - LEAST;
      k += BASE;
    }
    return (int) (k + (BASE - LEAST + 1) * delta / (delta + SKEW));
  }

  private static boolean isPartOfName(int point) {
    int type = Character.getType(point);
    return Character.isLetterOrDigit(point)
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || point == 0x200C
        || point == 0x200D;
  }
}
