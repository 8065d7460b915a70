// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.message;

import org.chroniclesync.api.message.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * Visit ids that are mostly a number: the row number that an existing client takes, or {@code
 * STEM-ROW-TIME} as a node makes them, where the time is that of the visit in microseconds to the
 * base of 36. Of either kind only the row is packed.
 */
final class VisitNames {
  /** No row: the id is not of the kind. */
  static final long NONE = -1;

  /** No time: it is not a whole number of microseconds. */
  static final long NO_MICROS = Long.MIN_VALUE;

  private static final double MICROS = 1_000;
  private static final double EXACT = 1L << 53;
  private static final int MAX_DIGITS = 18;
  private static final char SEPARATOR = '-';

  private VisitNames() {}

  /** Returns the microseconds that {@link #millis} makes the same double of, to the bit. */
  static long micros(double millis) {
    double rounded = Math.rint(millis * MICROS);
    if (Math.abs(rounded) > EXACT) {
      return NO_MICROS;
    }
    long micros = (long) rounded;
    boolean same = Double.doubleToRawLongBits(millis(micros)) == Double.doubleToRawLongBits(millis);
    return same ? micros : NO_MICROS;
  }

  static double millis(long micros) {
    return micros / MICROS;
  }

  /**
   * Returns the microseconds that lie so much behind others.
   *
   * @throws MalformedMessageException if a double does not hold them
   */
  static long later(long micros, long more) throws MalformedMessageException {
    long later = micros + more;
    if (Math.abs((double) later) > EXACT) {
      throw new MalformedMessageException("a time beyond 2^53 microseconds", null);
    }
    return later;
  }

  /** Returns what stands before row and time, or null if the id is not made so. */
  static @Nullable String stem(String id, long micros) {
    if (id.indexOf(SEPARATOR) < 0 || micros < 0) {
      return null;
    }
    String time = Long.toString(micros, Character.MAX_RADIX);
    int timeAt = id.length() - time.length();
    int rowAt = timeAt < 2 ? -1 : id.lastIndexOf(SEPARATOR, timeAt - 2);
    return rowAt >= 0 && id.endsWith(time) && row(id.substring(0, rowAt), id, micros) != NONE
        ? id.substring(0, rowAt)
        : null;
  }

  /** Returns the row of an id, by the stem of its device if that has one. */
  static long row(@Nullable String stem, String id, long micros) {
    if (stem == null) {
      return number(id, 0, id.length());
    }
    if (micros < 0 || !id.startsWith(stem)) {
      return NONE;
    }
    int timeAt = id.lastIndexOf(SEPARATOR) + 1;
    int rowAt = stem.length() + 1;
    boolean parted = timeAt > rowAt && id.charAt(rowAt - 1) == SEPARATOR;
    return parted && isTime(id, timeAt, micros) ? number(id, rowAt, timeAt - 1) : NONE;
  }

  /** Returns the time in an id with a stem, or {@link #NONE}. */
  static long time(String id) {
    int timeAt = id.lastIndexOf(SEPARATOR) + 1;
    long micros = 0;
    for (int i = timeAt; i < id.length(); i++) {
      int digit = digit(id.charAt(i));
      if (digit < 0 || micros > (long) EXACT) {
        return NONE;
      }
      micros = micros * Character.MAX_RADIX + digit;
    }
    return micros <= (long) EXACT && isTime(id, timeAt, micros) ? micros : NONE;
  }

  /**
   * Returns the time in an id that is made of stem, row and time, and else 0: with it the id of a
   * tombstone, whose visit has no time any more, is packed as its row.
   */
  static long timeIn(String id) {
    long micros = time(id);
    return micros == NONE || stem(id, micros) == null ? 0 : micros;
  }

  static String name(@Nullable String stem, long row, long micros) {
    return stem == null
        ? Long.toString(row)
        : stem + SEPARATOR + row + SEPARATOR + Long.toString(micros, Character.MAX_RADIX);
  }

  private static boolean isTime(String id, int at, long micros) {
    long rest = micros;
    int i = id.length() - 1;
    do {
      if (i < at || digit(id.charAt(i)) != rest % Character.MAX_RADIX) {
        return false;
      }
      rest /= Character.MAX_RADIX;
      i--;
    } while (rest > 0);
    return i == at - 1;
  }

  private static int digit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    return c >= 'a' && c <= 'z' ? c - 'a' + 10 : -1;
  }

  private static long number(String id, int from, int to) {
    if (to <= from || to - from > MAX_DIGITS || (id.charAt(from) == '0' && to - from > 1)) {
      return NONE;
    }
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = id.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return NONE;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
