// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One configuration.
 *
 * @param pid its PID, or the factory's
 * @param name its name within the factory, or null if the PID is none of a factory
 * @param values texts, and lists of texts as arrays, by key
 */
record Setting(String pid, @Nullable String name, Map<String, Object> values) {
  Setting {
    values = Map.copyOf(values);
  }

  /** Reads the PID from a file name or a command line: {@code pid} or {@code pid~name}. */
  static Setting of(String id, Map<String, Object> values) {
    int tilde = id.indexOf('~');
    return tilde < 0
        ? new Setting(id, null, values)
        : new Setting(id.substring(0, tilde), id.substring(tilde + 1), values);
  }

  String id() {
    return name == null ? pid : pid + "~" + name;
  }

  /** The same with further values, which win. */
  Setting with(Map<String, Object> further) {
    Map<String, Object> all = new LinkedHashMap<>(values);
    all.putAll(further);
    return new Setting(pid, name, all);
  }
}
