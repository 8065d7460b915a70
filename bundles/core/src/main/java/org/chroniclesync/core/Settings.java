// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.time.Duration;

/** The configuration, checked. */
record Settings(
    Duration offerGrace,
    Duration pingInterval,
    Duration silence,
    Duration retryBase,
    Duration retryMax,
    Duration drainTimeout,
    int maxPeers,
    int windowBytes,
    int maxRefused) {

  static Settings of(Config config) {
    within("offerGraceMillis", config.offerGraceMillis(), 0, 60_000);
    within("pingIntervalMillis", config.pingIntervalMillis(), 100, 600_000);
    within("silenceMillis", config.silenceMillis(), config.pingIntervalMillis() + 1, 3_600_000);
    within("retryBaseMillis", config.retryBaseMillis(), 1, 3_600_000);
    within("retryMaxMillis", config.retryMaxMillis(), config.retryBaseMillis(), 86_400_000);
    within("drainTimeoutMillis", config.drainTimeoutMillis(), 0, 60_000);
    within("maxPeers", config.maxPeers(), 1, 1_000);
    within("windowBytes", config.windowBytes(), 65_536, 1 << 30);
    within("maxRefused", config.maxRefused(), 1, 10_000);
    return new Settings(
        Duration.ofMillis(config.offerGraceMillis()),
        Duration.ofMillis(config.pingIntervalMillis()),
        Duration.ofMillis(config.silenceMillis()),
        Duration.ofMillis(config.retryBaseMillis()),
        Duration.ofMillis(config.retryMaxMillis()),
        Duration.ofMillis(config.drainTimeoutMillis()),
        config.maxPeers(),
        config.windowBytes(),
        config.maxRefused());
  }

  private static void within(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "org.chroniclesync.core: "
              + key
              + " is "
              + value
              + "; it must be between "
              + least
              + " and "
              + most);
    }
  }
}
