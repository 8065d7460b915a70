// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.account;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.sync.SharedSettings;
import org.jspecify.annotations.Nullable;

/**
 * The marks that keep the settings. A mark cannot be removed, so there is a fixed number of them,
 * and each is used for whatever setting needs one.
 */
final class SettingsSlots {
  private static final String PREFIX = "shared/";

  private SettingsSlots() {}

  /** Reads all settings from the marks of a store. */
  static List<Setting> read(Map<String, String> marks) {
    List<Setting> settings = new ArrayList<>();
    for (int slot = 0; slot < SharedSettings.MAX_KEYS; slot++) {
      Setting setting = at(marks, slot);
      if (setting != null) {
        settings.add(setting);
      }
    }
    return settings;
  }

  private static @Nullable Setting at(Map<String, String> marks, int slot) {
    String mark = marks.get(PREFIX + slot);
    return mark == null ? null : Setting.ofMark(mark);
  }

  /** Returns the marks to be set so that a store keeps the settings of a map and no others. */
  static Map<String, String> missing(Map<String, String> marks, SettingsMap map) {
    Map<String, Integer> slots = new HashMap<>();
    Deque<Integer> free = new ArrayDeque<>();
    for (int slot = 0; slot < SharedSettings.MAX_KEYS; slot++) {
      Setting setting = at(marks, slot);
      if (setting == null
          || map.get(setting.key()) == null
          || slots.putIfAbsent(setting.key(), slot) != null) {
        free.add(slot);
      }
    }
    Map<String, String> missing = new LinkedHashMap<>();
    for (Setting setting : map.all()) {
      Integer known = slots.get(setting.key());
      int slot = known == null ? free.remove() : known;
      if (!setting.mark().equals(marks.get(PREFIX + slot))) {
        missing.put(PREFIX + slot, setting.mark());
      }
    }
    return missing;
  }
}
