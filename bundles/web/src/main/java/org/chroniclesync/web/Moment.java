// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Times of visits as instants and back. They come from outside, and a number need not be a date.
 */
final class Moment {
  /** The last millisecond of the year 9999. */
  private static final long LAST = 253_402_300_799_999L;

  /** The first of the year 0. */
  private static final long FIRST = -62_167_219_200_000L;

  private Moment() {}

  /** The instant, to the millisecond before, within the years 0 to 9999. */
  static Instant of(double millis) {
    return Instant.ofEpochMilli((long) Math.floor(Math.min(Math.max(millis, FIRST), LAST)));
  }

  static String text(double millis) {
    return of(millis).toString();
  }

  static double millis(Instant instant) {
    Instant bound = Instant.ofEpochMilli(LAST);
    return instant.isAfter(bound) ? Double.MAX_VALUE : nanos(instant);
  }

  private static double nanos(Instant instant) {
    return instant.isBefore(Instant.ofEpochMilli(FIRST))
        ? -Double.MAX_VALUE
        : instant.truncatedTo(ChronoUnit.MILLIS).toEpochMilli();
  }
}
