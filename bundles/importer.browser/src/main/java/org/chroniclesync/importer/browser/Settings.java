// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import org.chroniclesync.api.storage.Batch;

/**
 * The configuration, checked.
 *
 * @param profiles the directories to read; empty to find them
 */
record Settings(List<Path> profiles, long intervalMillis, int batchEntries, Exclusions exclusions) {
  static final String PREFIX = BrowserImporter.PID + ": ";
  static final String AUTO = "auto";
  static final int MIN_INTERVAL_MILLIS = 100;
  static final int MAX_INTERVAL_MILLIS = 3_600_000;
  static final int DEFAULT_INTERVAL_MILLIS = 2_000;
  static final int DEFAULT_BATCH_ENTRIES = 1_000;
  static final List<String> DEFAULT_SCHEMES = List.of("http", "https");

  Settings {
    profiles = List.copyOf(profiles);
    range("intervalMillis", intervalMillis, MIN_INTERVAL_MILLIS, MAX_INTERVAL_MILLIS);
    range("batchEntries", batchEntries, 1, Batch.MAX_ENTRIES);
    range("profiles, how many,", profiles.size(), 0, ProfileFinder.MAX_PROFILES);
  }

  static Settings defaults(List<Path> profiles) {
    return new Settings(
        profiles,
        DEFAULT_INTERVAL_MILLIS,
        DEFAULT_BATCH_ENTRIES,
        Exclusions.of(DEFAULT_SCHEMES, List.of(), List.of()));
  }

  static Settings of(BrowserImporter.Config config) {
    return new Settings(
        paths(texts(config.profiles())),
        number("intervalMillis", config::intervalMillis, MIN_INTERVAL_MILLIS, MAX_INTERVAL_MILLIS),
        number("batchEntries", config::batchEntries, 1, Batch.MAX_ENTRIES),
        Exclusions.of(
            split(config.includeSchemes()),
            split(config.excludedHosts()),
            texts(config.excludedPatterns())));
  }

  private static void range(String key, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          PREFIX + key + " is " + value + "; it must be " + min + " to " + max);
    }
  }

  private static int number(String key, IntSupplier value, int min, int max) {
    try {
      return value.getAsInt();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          PREFIX
              + key
              + " is no whole number ("
              + e.getMessage()
              + "); it must be "
              + min
              + " to "
              + max,
          e);
    }
  }

  private static List<Path> paths(List<String> values) {
    if (values.isEmpty() || values.equals(List.of(AUTO))) {
      return List.of();
    }
    return values.stream().map(Settings::path).toList();
  }

  private static Path path(String value) {
    try {
      Path path = Path.of(value);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(PREFIX + "profiles: \"" + value + "\" is no path", e);
    }
    throw new IllegalArgumentException(
        PREFIX
            + "profiles: \""
            + value
            + "\" is neither an absolute path nor alone \""
            + AUTO
            + "\"");
  }

  private static List<String> texts(String[] values) {
    return Arrays.stream(values).map(String::strip).filter(text -> !text.isEmpty()).toList();
  }

  /** Neither a host nor a scheme can hold a comma, so that one line may hold several. */
  private static List<String> split(String[] values) {
    return texts(
        Arrays.stream(values)
            .flatMap(text -> Arrays.stream(text.split(",")))
            .toArray(String[]::new));
  }
}
