// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

/** The configuration, checked. */
record Settings(
    long signalTimeoutMillis,
    long carryTimeoutMillis,
    long connectTimeoutMillis,
    int maxExchanges) {
  static Settings of(Config config) {
    return new Settings(
        within("signalTimeoutMillis", config.signalTimeoutMillis(), 100, 600_000),
        within("carryTimeoutMillis", config.carryTimeoutMillis(), 1_000, 86_400_000),
        within("connectTimeoutMillis", config.connectTimeoutMillis(), 100, 600_000),
        (int) within("maxExchanges", config.maxExchanges(), 1, 64));
  }

  private static long within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %s is %d, allowed are %d to %d"
              .formatted(ManualDiscovery.PID, key, value, least, most));
    }
    return value;
  }
}
