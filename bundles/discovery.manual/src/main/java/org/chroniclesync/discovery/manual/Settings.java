// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.manual;

import java.util.function.LongSupplier;

/** The configuration, checked. */
record Settings(
    long signalTimeoutMillis,
    long carryTimeoutMillis,
    long connectTimeoutMillis,
    int maxExchanges) {
  static Settings of(Config config) {
    return new Settings(
        within("signalTimeoutMillis", config::signalTimeoutMillis, 100, 600_000),
        within("carryTimeoutMillis", config::carryTimeoutMillis, 1_000, 86_400_000),
        within("connectTimeoutMillis", config::connectTimeoutMillis, 100, 600_000),
        (int) within("maxExchanges", config::maxExchanges, 1, 64));
  }

  private static long within(String key, LongSupplier value, long least, long most) {
    long given;
    try {
      given = value.getAsLong();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          sentence(key, "no whole number (" + e.getMessage() + ")", least, most), e);
    }
    if (given < least || given > most) {
      throw new IllegalArgumentException(sentence(key, Long.toString(given), least, most));
    }
    return given;
  }

  private static String sentence(String key, String value, long least, long most) {
    return ManualDiscovery.PID
        + ": "
        + key
        + " is "
        + value
        + "; it must be "
        + least
        + " to "
        + most;
  }
}
