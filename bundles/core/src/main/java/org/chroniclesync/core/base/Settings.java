// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.base;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.jspecify.annotations.Nullable;

/** The configuration, checked. */
public record Settings(
    Duration offerGrace,
    Duration pingInterval,
    Duration silence,
    Duration retryBase,
    Duration retryMax,
    Duration drainTimeout,
    Duration healthPeriod,
    Duration startGrace,
    int maxPeers,
    Duration standInAfter,
    Duration standByAfter,
    Duration standByLook,
    int windowBytes,
    int maxRefused,
    boolean allowVolatile,
    boolean legacyAllowed,
    Duration undoTime,
    @Nullable Path undoFolder) {
  private static final ConfigurationValues VALUES =
      ConfigurationValues.of("org.chroniclesync.core");

  /** Checks the configuration, and names the key that is wrong. */
  public static Settings of(Config config) {
    Settings settings =
        new Settings(
            VALUES.millis("offerGraceMillis", config::offerGraceMillis, 0, 60_000),
            VALUES.millis("pingIntervalMillis", config::pingIntervalMillis, 100, 600_000),
            VALUES.millis("silenceMillis", config::silenceMillis, 1_000, 3_600_000),
            VALUES.millis("retryBaseMillis", config::retryBaseMillis, 1, 3_600_000),
            VALUES.millis("retryMaxMillis", config::retryMaxMillis, 1, 86_400_000),
            VALUES.millis("drainTimeoutMillis", config::drainTimeoutMillis, 0, 60_000),
            VALUES.millis("healthPeriodMillis", config::healthPeriodMillis, 100, 60_000),
            VALUES.millis("startGraceMillis", config::startGraceMillis, 0, 60_000),
            VALUES.wholeNumber("maxPeers", config::maxPeers, 1, 1_000),
            VALUES.millis("standInAfterMillis", config::standInAfterMillis, 0, 3_600_000),
            VALUES.millis("standByAfterMillis", config::standByAfterMillis, 0, 3_600_000),
            VALUES.millis("standByLookMillis", config::standByLookMillis, 1_000, 86_400_000),
            VALUES.wholeNumber("windowBytes", config::windowBytes, 65_536, 1 << 30),
            VALUES.wholeNumber("maxRefused", config::maxRefused, 1, 10_000),
            config.allowVolatile(),
            VALUES.oneOf("legacy", config.legacy(), Map.of("allow", true, "deny", false)),
            Duration.ofMinutes(VALUES.wholeNumber("undoMinutes", config::undoMinutes, 0, 10_080)),
            config.undoFolder().isBlank()
                ? null
                : VALUES.path("undoFolder", config.undoFolder(), "the path of a directory"));
    VALUES.moreThan(
        "silenceMillis", config.silenceMillis(), "pingIntervalMillis", config.pingIntervalMillis());
    VALUES.atLeast(
        "retryMaxMillis", config.retryMaxMillis(), "retryBaseMillis", config.retryBaseMillis());
    return settings;
  }
}
