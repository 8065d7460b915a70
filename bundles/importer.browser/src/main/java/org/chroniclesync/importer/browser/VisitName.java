// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.history.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * What the name of an imported visit tells: whose it is, and which row of the browser's database it
 * was, at what time. A name that no other visit of any device has: existing clients key by it
 * alone. The time is in it because Firefox gives the numbers of deleted rows again.
 *
 * @param device the beginning of the name of the device
 * @param micros microseconds since 1970
 */
record VisitName(String device, long row, long micros) {
  private static final int ID_CHARS = 8;
  private static final int ID_FROM = "cs-".length();
  private static final Pattern FORM = Pattern.compile("(\\w{8})-(\\d{1,18})-([0-9a-z]{1,13})");

  static VisitName of(DeviceId device, long row, long micros) {
    return new VisitName(prefix(device), row, micros);
  }

  private static String prefix(DeviceId device) {
    return device.value().substring(ID_FROM, ID_FROM + ID_CHARS);
  }

  /** Reads a name; null if the importer did not make it. */
  static @Nullable VisitName parse(String visitId) {
    Matcher matcher = FORM.matcher(visitId);
    if (!matcher.matches()) {
      return null;
    }
    try {
      long micros = Long.parseLong(matcher.group(3), Character.MAX_RADIX);
      return new VisitName(matcher.group(1), Long.parseLong(matcher.group(2)), micros);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  boolean isOf(DeviceId other) {
    return other.value().length() >= ID_FROM + ID_CHARS && device.equals(prefix(other));
  }

  @Override
  public String toString() {
    return device + "-" + row + "-" + Long.toString(micros, Character.MAX_RADIX);
  }
}
