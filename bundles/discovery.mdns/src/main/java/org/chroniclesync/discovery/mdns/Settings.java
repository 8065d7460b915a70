// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.mdns;

import java.util.List;
import org.chroniclesync.support.configuration.ConfigurationValues;

/**
 * The configuration, checked.
 *
 * @param enabled whether anything is said or heard at all
 * @param interfaces the names of the interfaces to use; none for all that will do
 */
record Settings(boolean enabled, List<String> interfaces) {
  private static final ConfigurationValues VALUES = ConfigurationValues.of(MdnsComponent.PID);
  private static final int MAX_INTERFACES = 16;
  private static final int MAX_NAME_CHARS = 64;

  static Settings of(Config config) {
    return new Settings(config.enabled(), interfaces(config));
  }

  private static List<String> interfaces(Config config) {
    List<String> names = List.of(config.interfaces());
    VALUES.atMost("interfaces", names.size(), MAX_INTERFACES);
    for (String name : names) {
      if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
        throw VALUES.refuseElement("interfaces", name, "1 to " + MAX_NAME_CHARS + " characters");
      }
    }
    return names;
  }
}
