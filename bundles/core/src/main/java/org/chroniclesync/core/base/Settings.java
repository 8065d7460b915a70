// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The configuration, checked. */
public record Settings(
    Duration offerGrace,
    Duration pingInterval,
    Duration silence,
    Duration retryBase,
    Duration retryMax,
    Duration drainTimeout,
    int maxPeers,
    int windowBytes,
    int maxRefused,
    boolean allowVolatile,
    boolean legacyAllowed) {
  private static final String PID = "org.chroniclesync.core";

  /** Checks the configuration, and names the key that is wrong. */
  public static Settings of(Config config) {
    within("offerGraceMillis", config::offerGraceMillis, 0, 60_000);
    within("pingIntervalMillis", config::pingIntervalMillis, 100, 600_000);
    within("silenceMillis", config::silenceMillis, 1_000, 3_600_000);
    if (config.silenceMillis() <= config.pingIntervalMillis()) {
      throw notWith(
          "silenceMillis",
          config.silenceMillis(),
          "more than pingIntervalMillis",
          config.pingIntervalMillis());
    }
    within("retryBaseMillis", config::retryBaseMillis, 1, 3_600_000);
    within("retryMaxMillis", config::retryMaxMillis, 1, 86_400_000);
    if (config.retryMaxMillis() < config.retryBaseMillis()) {
      throw notWith(
          "retryMaxMillis",
          config.retryMaxMillis(),
          "at least retryBaseMillis",
          config.retryBaseMillis());
    }
    within("drainTimeoutMillis", config::drainTimeoutMillis, 0, 60_000);
    within("maxPeers", config::maxPeers, 1, 1_000);
    within("windowBytes", config::windowBytes, 65_536, 1 << 30);
    within("maxRefused", config::maxRefused, 1, 10_000);
    return new Settings(
        Duration.ofMillis(config.offerGraceMillis()),
        Duration.ofMillis(config.pingIntervalMillis()),
        Duration.ofMillis(config.silenceMillis()),
        Duration.ofMillis(config.retryBaseMillis()),
        Duration.ofMillis(config.retryMaxMillis()),
        Duration.ofMillis(config.drainTimeoutMillis()),
        config.maxPeers(),
        config.windowBytes(),
        config.maxRefused(),
        config.allowVolatile(),
        legacyAllowed(config.legacy()));
  }

  private static boolean legacyAllowed(String legacy) {
    if (!legacy.equals("allow") && !legacy.equals("deny")) {
      throw new IllegalArgumentException(
          PID + ": legacy is '" + legacy + "'; it must be allow or deny");
    }
    return legacy.equals("allow");
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

  private static IllegalArgumentException notWith(
      String key, long value, String relation, long other) {
    return new IllegalArgumentException(
        PID + ": " + key + " is " + value + "; it must be " + relation + ", which is " + other);
  }

  private static String sentence(String key, String value, long least, long most) {
    return PID + ": " + key + " is " + value + "; it must be " + least + " to " + most;
  }
}
