// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.history.DeviceId;
import org.jspecify.annotations.Nullable;

/**
 * How far a profile has been imported. It is kept as a mark in the store, written together with the
 * entries. The time of the row is in it because browsers give the numbers of deleted rows again.
 *
 * @param row the last row that was looked at
 * @param storedTime the time of that row, in the browser's own count
 * @param imported how many visits were imported up to it
 */
record Position(long row, long storedTime, long imported) {
  static final Position START = new Position(0, 0, 0);
  private static final Pattern FORM = Pattern.compile("1 (\\d{1,18}) (-?\\d{1,18}) (\\d{1,18})");

  static String markOf(DeviceId device) {
    return "import/" + device.value();
  }

  /** A mark that is not understood is as good as none: merging again changes nothing. */
  static Position parse(@Nullable String mark) {
    Matcher matcher = FORM.matcher(mark == null ? "" : mark);
    return matcher.matches()
        ? new Position(
            Long.parseLong(matcher.group(1)),
            Long.parseLong(matcher.group(2)),
            Long.parseLong(matcher.group(3)))
        : START;
  }

  String mark() {
    return "1 " + row + " " + storedTime + " " + imported;
  }
}
