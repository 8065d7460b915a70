// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.util.Comparator;
import java.util.regex.Pattern;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.sync.SharedSettings;
import org.jspecify.annotations.Nullable;

/**
 * A version of a setting.
 *
 * @param at when it was made, milliseconds since 1970
 * @param value null if the setting was removed
 */
record Setting(String key, long at, @Nullable String value) {
  /** The latest time there is: 13 digits. */
  static final long MAX_AT = 9_999_999_999_999L;

  /** Which of two versions of one key stands: the greater one. */
  static final Comparator<Setting> ORDER =
      Comparator.comparingLong(Setting::at)
          .thenComparing(setting -> setting.value() == null)
          .thenComparing(Setting::text);

  private static final String REMOVED = "-";
  private static final String IS = "=";
  private static final String SEPARATOR = "\t";
  private static final Pattern TIME = Pattern.compile("\\d{1,13}");

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one is broken
   */
  Setting {
    Bounds.id("the key of a setting", key);
    if (at < 0 || at > MAX_AT) {
      throw new IllegalArgumentException("the time of a setting is out of range");
    }
    if (value != null) {
      Bounds.text("the value of a setting", value, SharedSettings.MAX_VALUE_CHARS);
      if (value.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException("the value of a setting holds a control character");
      }
    }
  }

  /** Returns the value after a mark of whether there is one. */
  String text() {
    return value == null ? REMOVED : IS + value;
  }

  /** Returns it as the mark of a store. */
  String mark() {
    return at + SEPARATOR + key + SEPARATOR + text();
  }

  /** Reads a mark; null if it is none. */
  static @Nullable Setting ofMark(String mark) {
    String[] parts = mark.split(SEPARATOR, 3);
    if (parts.length != 3 || !TIME.matcher(parts[0]).matches() || parts[2].isEmpty()) {
      return null;
    }
    try {
      String value = parts[2].startsWith(IS) ? parts[2].substring(1) : null;
      return new Setting(parts[1], Long.parseLong(parts[0]), value);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
