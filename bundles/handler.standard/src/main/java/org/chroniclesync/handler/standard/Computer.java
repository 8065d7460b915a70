// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.handler.standard;

import org.chroniclesync.api.history.DeviceName;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.chroniclesync.support.network.HostName;

/** What this computer is called. */
final class Computer {
  private static final ConfigurationValues VALUES = ConfigurationValues.of(DeviceNamesHandler.PID);
  private static final int MAX_HOST_CHARS = 4_096;

  private Computer() {}

  /** Returns the configured name, or that of the host if there is none. */
  static String of(DeviceNamesHandler.Config config) {
    String configured = config.computer();
    String name = configured == null ? "" : configured.strip();
    if (name.isEmpty()) {
      return shortened(HostName.ofThisComputer());
    }
    if (name.length() > DeviceName.MAX_CHARS || name.chars().anyMatch(Character::isISOControl)) {
      throw VALUES.refuse(
          "computer",
          configured,
          "at most " + DeviceName.MAX_CHARS + " characters without control characters");
    }
    return name;
  }

  /** Returns the name without its domain. */
  static String shortened(String host) {
    String first = host.strip().split("\\.", 2)[0];
    return DeviceNamesHandler.cut(
        first.length() > MAX_HOST_CHARS || first.equals("localhost") ? "" : first);
  }
}
