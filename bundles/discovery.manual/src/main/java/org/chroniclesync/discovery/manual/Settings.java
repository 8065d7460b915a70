// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import org.chroniclesync.support.configuration.ConfigurationValues;

/** The configuration, checked. */
record Settings(
    long signalTimeoutMillis,
    long carryTimeoutMillis,
    long connectTimeoutMillis,
    int maxExchanges) {
  private static final ConfigurationValues VALUES = ConfigurationValues.of(ManualDiscovery.PID);

  static Settings of(Config config) {
    return new Settings(
        VALUES.wholeNumber("signalTimeoutMillis", config::signalTimeoutMillis, 100, 600_000),
        VALUES.wholeNumber("carryTimeoutMillis", config::carryTimeoutMillis, 1_000, 86_400_000),
        VALUES.wholeNumber("connectTimeoutMillis", config::connectTimeoutMillis, 100, 600_000),
        VALUES.wholeNumber("maxExchanges", config::maxExchanges, 1, 64));
  }
}
