// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;
import java.util.Map;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.jspecify.annotations.Nullable;

/** The configuration, checked. */
record Settings(
    Path file,
    Synchronous synchronous,
    int readConnections,
    int cacheBytes,
    long maxFileBytes,
    long closeTimeoutMillis,
    boolean checkOnStart) {
  private static final ConfigurationValues VALUES = ConfigurationValues.of(SqliteHistoryStore.PID);
  static final int MAX_READ_CONNECTIONS = 16;
  static final int MIN_CACHE_BYTES = 1 << 18;
  static final int MAX_CACHE_BYTES = 1 << 30;
  static final long MIN_FILE_BYTES = 1L << 20;
  static final long MAX_FILE_BYTES = 1L << 50;
  static final long MAX_CLOSE_TIMEOUT_MILLIS = 600_000;

  enum Synchronous {
    FULL,
    NORMAL
  }

  static Settings of(SqliteConfig config) {
    return new Settings(
        file(config.file()),
        VALUES.oneOf(
            "synchronous",
            config.synchronous(),
            Map.of("full", Synchronous.FULL, "normal", Synchronous.NORMAL)),
        VALUES.wholeNumber("readConnections", config::readConnections, 1, MAX_READ_CONNECTIONS),
        VALUES.wholeNumber("cacheBytes", config::cacheBytes, MIN_CACHE_BYTES, MAX_CACHE_BYTES),
        maxFileBytes(config),
        VALUES.wholeNumber(
            "closeTimeoutMillis", config::closeTimeoutMillis, 0, MAX_CLOSE_TIMEOUT_MILLIS),
        config.checkOnStart());
  }

  private static Path file(@Nullable String value) {
    Path file = VALUES.path("file", value, "the path of the database");
    // The driver takes what follows a question mark for settings.
    if (file.toString().indexOf('?') >= 0) {
      throw VALUES.refuse("file", value, "a path without a question mark");
    }
    return file.toAbsolutePath().normalize();
  }

  private static long maxFileBytes(SqliteConfig config) {
    long bytes = VALUES.wholeNumber("maxFileBytes", config::maxFileBytes, 0, MAX_FILE_BYTES);
    if (bytes != 0) {
      VALUES.wholeNumber("maxFileBytes", () -> bytes, MIN_FILE_BYTES, MAX_FILE_BYTES);
    }
    return bytes;
  }
}
