// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The configuration, checked. */
record Settings(
    URI url,
    Duration connectTimeout,
    Duration retryBase,
    Duration retryMax,
    Duration refusedRetryMax,
    Duration pingInterval,
    Duration pongTimeout,
    int queueBytes,
    int maxMessageBytes) {
  private static final String PID = "org.chroniclesync.discovery.websocket";
  private static final Set<String> SCHEMES = Set.of("ws", "wss");
  private static final int MAX_URL_CHARS = 2_048;
  private static final int MAX_PORT = 65_535;

  static Settings of(Config config) {
    return new Settings(
        url(config.url()),
        millis("connectTimeoutMillis", config::connectTimeoutMillis, 100, 120_000),
        millis("retryBaseMillis", config::retryBaseMillis, 1, 60_000),
        retryMax(config),
        refusedRetryMax(config),
        millis("pingIntervalMillis", config::pingIntervalMillis, 50, 3_600_000),
        millis("pongTimeoutMillis", config::pongTimeoutMillis, 50, 600_000),
        (int) within("queueBytes", config::queueBytes, 65_536, 67_108_864),
        (int) within("maxMessageBytes", config::maxMessageBytes, 4_096, 4_194_304));
  }

  private static Duration retryMax(Config config) {
    Duration longest = millis("retryMaxMillis", config::retryMaxMillis, 1, 3_600_000);
    if (longest.toMillis() < config.retryBaseMillis()) {
      throw new IllegalArgumentException(
          PID
              + ": retryMaxMillis is "
              + longest.toMillis()
              + "; it must be at least retryBaseMillis, which is "
              + config.retryBaseMillis());
    }
    return longest;
  }

  private static Duration refusedRetryMax(Config config) {
    Duration longest =
        millis("refusedRetryMaxMillis", config::refusedRetryMaxMillis, 1, 86_400_000);
    Duration least = retryMax(config);
    return longest.compareTo(least) < 0 ? least : longest;
  }

  private static URI url(@Nullable String text) {
    if (text == null || text.isBlank()) {
      throw badUrl("missing");
    }
    if (text.length() > MAX_URL_CHARS) {
      throw badUrl("too long");
    }
    try {
      URI url = new URI(text.strip());
      boolean complete = url.getScheme() != null && url.getHost() != null;
      if (!complete || !SCHEMES.contains(url.getScheme().toLowerCase(Locale.ROOT))) {
        throw badUrl("not of the form ws://host:port/ or wss://host/");
      }
      if (url.getPort() > MAX_PORT || url.getRawFragment() != null || url.getUserInfo() != null) {
        throw badUrl("of a wrong port, or has a user or a fragment");
      }
      return url;
    } catch (URISyntaxException e) {
      throw badUrl("no url (" + e.getReason() + ")");
    }
  }

  private static IllegalArgumentException badUrl(String why) {
    return new IllegalArgumentException(
        PID + ": url is " + why + "; it must be the address of a discovery service");
  }

  private static Duration millis(String key, LongSupplier value, long least, long most) {
    return Duration.ofMillis(within(key, value, least, most));
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
    return PID + ": " + key + " is " + value + "; it must be " + least + " to " + most;
  }
}
