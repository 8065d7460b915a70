// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongSupplier;
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

  Settings {
    between("readConnections", readConnections, 1, MAX_READ_CONNECTIONS);
    between("cacheBytes", cacheBytes, MIN_CACHE_BYTES, MAX_CACHE_BYTES);
    if (maxFileBytes != 0) {
      between("maxFileBytes", maxFileBytes, MIN_FILE_BYTES, MAX_FILE_BYTES, "0 for no limit, or ");
    }
    between("closeTimeoutMillis", closeTimeoutMillis, 0, MAX_CLOSE_TIMEOUT_MILLIS);
  }

  static Settings of(SqliteConfig config) {
    return new Settings(
        path(config.file()),
        synchronous(config.synchronous()),
        (int) number("readConnections", config::readConnections, "1 to " + MAX_READ_CONNECTIONS),
        (int) number("cacheBytes", config::cacheBytes, MIN_CACHE_BYTES + " to " + MAX_CACHE_BYTES),
        number("maxFileBytes", config::maxFileBytes, "0 to " + MAX_FILE_BYTES),
        number(
            "closeTimeoutMillis", config::closeTimeoutMillis, "0 to " + MAX_CLOSE_TIMEOUT_MILLIS),
        config.checkOnStart());
  }

  private static Path path(@Nullable String file) {
    if (file == null || file.isBlank()) {
      throw bad("file", "nothing", "the path of the database");
    }
    // The driver takes what follows a question mark for settings.
    if (file.indexOf('?') >= 0) {
      throw bad("file", file, "a path without a question mark");
    }
    try {
      return Path.of(file).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(bad("file", file, "a path").getMessage(), e);
    }
  }

  private static Synchronous synchronous(String value) {
    for (Synchronous known : Synchronous.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(value)) {
        return known;
      }
    }
    throw bad("synchronous", value, "full or normal");
  }

  private static void between(String key, long value, long least, long most) {
    between(key, value, least, most, "");
  }

  private static void between(String key, long value, long least, long most, String or) {
    if (value < least || value > most) {
      throw bad(key, Long.toString(value), or + least + " to " + most);
    }
  }

  private static long number(String key, LongSupplier value, String allowed) {
    try {
      return value.getAsLong();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          bad(key, "no whole number (" + e.getMessage() + ")", allowed).getMessage(), e);
    }
  }

  private static IllegalArgumentException bad(String key, String value, String allowed) {
    return new IllegalArgumentException(
        SqliteHistoryStore.PID + ": " + key + " is " + value + "; allowed is " + allowed);
  }
}
