// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.chroniclesync.support.configuration.ConfigurationValues;

/** The configuration, checked. */
record Settings(
    URI url,
    int priority,
    Duration connectTimeout,
    Duration retryBase,
    Duration retryMax,
    Duration refusedRetryMax,
    Duration pingInterval,
    Duration pongTimeout,
    int queueBytes,
    int maxMessageBytes) {
  private static final ConfigurationValues VALUES =
      ConfigurationValues.of("org.chroniclesync.discovery.websocket");

  /** Who signs in to a network waits for it; the one who answers until then is near. */
  private static final Duration SIGN_IN_RETRY_MAX = Duration.ofSeconds(10);

  /** A line that is given up too early costs a new one; one that is kept too long, signals. */
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  private static final List<String> SCHEMES = List.of("ws", "wss");

  static Settings of(Config config) {
    Settings settings =
        new Settings(
            VALUES.url(
                "url",
                config.url(),
                SCHEMES,
                "the URL of a discovery service, such as wss://host/ or ws://host:8080/"),
            VALUES.wholeNumber("priority", config::priority, 0, 100),
            VALUES.millis("connectTimeoutMillis", config::connectTimeoutMillis, 100, 120_000),
            VALUES.millis("retryBaseMillis", config::retryBaseMillis, 1, 60_000),
            VALUES.millis("retryMaxMillis", config::retryMaxMillis, 1, 3_600_000),
            refusedRetryMax(config),
            VALUES.millis("pingIntervalMillis", config::pingIntervalMillis, 50, 3_600_000),
            VALUES.millis("pongTimeoutMillis", config::pongTimeoutMillis, 50, 600_000),
            VALUES.wholeNumber("queueBytes", config::queueBytes, 65_536, 67_108_864),
            VALUES.wholeNumber("maxMessageBytes", config::maxMessageBytes, 4_096, 4_194_304));
    VALUES.atLeast(
        "retryMaxMillis", config.retryMaxMillis(), "retryBaseMillis", config.retryBaseMillis());
    return settings;
  }

  /** Returns the limit of the wait where a network answers in place of the service. */
  Duration signInRetryMax() {
    Duration shorter = shorter(retryMax, SIGN_IN_RETRY_MAX);
    return shorter.compareTo(retryBase) < 0 ? retryBase : shorter;
  }

  /** Returns how long the service has to answer after the network changed. */
  Duration probeTimeout() {
    return shorter(pongTimeout, PROBE_TIMEOUT);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Returns what the client of the JDK writes into the Host header. */
  String authority() {
    int usual = url.getScheme().equals("wss") ? 443 : 80;
    boolean plain = url.getPort() < 0 || url.getPort() == usual;
    return plain ? url.getHost() : url.getHost() + ":" + url.getPort();
  }

  /** Not less than the wait after a failure that is no refusal. */
  private static Duration refusedRetryMax(Config config) {
    Duration longest =
        VALUES.millis("refusedRetryMaxMillis", config::refusedRetryMaxMillis, 1, 86_400_000);
    Duration least = VALUES.millis("retryMaxMillis", config::retryMaxMillis, 1, 3_600_000);
    return longest.compareTo(least) < 0 ? least : longest;
  }
}
