// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.Query;

/** Stretches of time as people say them: by the dates of a search, or to the millisecond. */
final class Moments {
  /** A clock may be wrong by this much; what is dated later would be on top for ever. */
  private static final Duration AHEAD = Duration.ofDays(1);

  private Moments() {}

  /**
   * Reads a stretch.
   *
   * @param after where it begins, or empty
   * @param before where it ends, or empty
   * @throws IllegalArgumentException if one of them is not a moment
   */
  static Window window(String after, String before) {
    return new Window(
        after.isBlank() ? -Double.MAX_VALUE : millis(Help.AFTER_OPTION, after.strip()),
        before.isBlank()
            ? Instant.now().plus(AHEAD).toEpochMilli()
            : millis(Help.BEFORE_OPTION, before.strip()),
        Window.Order.NEWEST_FIRST);
  }

  private static double millis(String option, String said) {
    try {
      return Instant.parse(said).toEpochMilli();
    } catch (DateTimeParseException e) {
      return date(option, said);
    }
  }

  private static double date(String option, String said) {
    if (said.length() <= Search.MAX_TEXT_CHARS / 2) {
      Query asked = Query.of(new Search("after:\"" + said.replace("\"", "") + "\"", 1));
      if (asked.fromMillis() > -Double.MAX_VALUE) {
        return asked.fromMillis();
      }
    }
    throw new IllegalArgumentException(
        option
            + " takes a date, such as yesterday, 2026-03, \"last week\" or 2026-03-05T12:00:00Z; it is "
            + Terminal.safe(said, 40)
            + ".");
  }
}
