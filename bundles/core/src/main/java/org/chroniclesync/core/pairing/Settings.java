// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.pairing;

import java.time.Duration;
import org.chroniclesync.support.configuration.ConfigurationValues;

/** The configuration, checked. */
record Settings(Duration code, Duration meeting) {
  private static final ConfigurationValues VALUES = ConfigurationValues.of(PairingComponent.PID);

  /** Checks the configuration, and names the key that is wrong. */
  static Settings of(Config config) {
    return new Settings(
        VALUES.millis("codeMillis", config::codeMillis, 10_000, 86_400_000),
        VALUES.millis("meetingMillis", config::meetingMillis, 1_000, 600_000));
  }
}
