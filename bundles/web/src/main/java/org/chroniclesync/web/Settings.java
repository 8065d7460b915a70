// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.jspecify.annotations.Nullable;

/** The configuration, checked. */
record Settings(
    Set<String> authorities,
    Duration session,
    Duration link,
    int streams,
    @Nullable Path configurations) {
  private static final ConfigurationValues VALUES = ConfigurationValues.of("org.chroniclesync.web");
  private static final Pattern AUTHORITY =
      Pattern.compile("([a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}\\])(:[0-9]{1,5})?");
  private static final int MOST_AUTHORITIES = 16;

  static Settings of(Config config) {
    VALUES.atMost("authorities", config.authorities().length, MOST_AUTHORITIES);
    for (String authority : config.authorities()) {
      if (!AUTHORITY.matcher(authority.trim().toLowerCase(Locale.ROOT)).matches()) {
        throw VALUES.refuseElement("authorities", authority, "HOST or HOST:PORT");
      }
    }
    return new Settings(
        Arrays.stream(config.authorities())
            .map(name -> name.trim().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()),
        Duration.ofDays(VALUES.wholeNumber("sessionDays", config::sessionDays, 1, 365)),
        Duration.ofMinutes(VALUES.wholeNumber("linkMinutes", config::linkMinutes, 1, 60)),
        VALUES.wholeNumber("streams", config::streams, 1, 1_000),
        config.configurationFolder().isBlank()
            ? null
            : VALUES.path(
                "configurationFolder", config.configurationFolder(), "the path of a folder"));
  }
}
