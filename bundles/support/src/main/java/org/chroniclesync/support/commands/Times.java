// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Points in time as a person reads them, in the time zone of the machine. */
final class Times {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private Times() {}

  static String show(Instant instant) {
    return FORMAT.withZone(ZoneId.systemDefault()).format(instant);
  }

  /** Visit times come from outside, and a number need not be a date. */
  static String showMillis(double millis) {
    long limit = 253_402_300_799_999L; // the last millisecond of the year 9999
    return Math.abs(millis) <= limit ? show(Instant.ofEpochMilli((long) millis)) : "?";
  }
}
