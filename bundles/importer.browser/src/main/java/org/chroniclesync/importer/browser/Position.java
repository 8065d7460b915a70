// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.importer.SkipReason;
import org.jspecify.annotations.Nullable;

/**
 * How far a profile has been imported. It is kept as a mark in the store, written together with the
 * entries. The time of the row is in it because browsers give the numbers of deleted rows again;
 * the rules because with others everything is looked at again.
 *
 * @param row the last row that was looked at
 * @param storedTime the time of that row, in the browser's own count
 * @param imported how many visits up to it are in the history through this profile
 * @param rules the digest of the rules by which visits were left out
 * @param skipped how many visits up to it were left out, by reason
 */
record Position(
    long row, long storedTime, long imported, String rules, Map<SkipReason, Long> skipped) {
  private static final Pattern FORM =
      Pattern.compile(
          "2 (\\d{1,18}) (-?\\d{1,18}) (\\d{1,18}) (\\w{1,64})((?: [A-Z_]+=\\d{1,18})*)");

  Position {
    skipped = Map.copyOf(skipped);
  }

  /** Before the first row. */
  static Position start(String rules) {
    return new Position(0, 0, 0, rules, Map.of());
  }

  static String markOf(DeviceId device) {
    return "import/" + device.value();
  }

  /**
   * Reads a mark. One that is not understood, such as those of older versions, is as good as none:
   * what stands in the history already is found there.
   */
  static Position parse(@Nullable String mark) {
    Matcher matcher = FORM.matcher(mark == null ? "" : mark);
    return matcher.matches()
        ? new Position(
            Long.parseLong(matcher.group(1)),
            Long.parseLong(matcher.group(2)),
            Long.parseLong(matcher.group(3)),
            matcher.group(4),
            counts(matcher.group(5)))
        : start("none");
  }

  private static Map<SkipReason, Long> counts(String text) {
    Map<SkipReason, Long> counts = new EnumMap<>(SkipReason.class);
    for (SkipReason reason : SkipReason.values()) {
      Matcher matcher = Pattern.compile(" " + reason.name() + "=(\\d+)").matcher(text);
      if (matcher.find()) {
        counts.put(reason, Long.parseLong(matcher.group(1)));
      }
    }
    return counts;
  }

  String mark() {
    StringBuilder mark =
        new StringBuilder("2 " + row + " " + storedTime + " " + imported + " " + rules);
    for (SkipReason reason : SkipReason.values()) {
      Long count = skipped.get(reason);
      if (count != null) {
        mark.append(' ').append(reason.name()).append('=').append(count);
      }
    }
    return mark.toString();
  }
}
