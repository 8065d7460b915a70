// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.support.configuration.ConfigurationValues;

/**
 * The configuration, checked.
 *
 * @param profiles the directories to read; empty to find them
 * @param follows whether what is deleted in a browser is deleted here
 */
record Settings(
    List<Path> profiles,
    long intervalMillis,
    int batchEntries,
    Exclusions exclusions,
    boolean follows) {
  static final ConfigurationValues VALUES = ConfigurationValues.of(BrowserImporter.PID);
  static final String AUTO = "auto";
  static final String KEEP = "keep";
  static final String FOLLOW = "follow";
  static final int MIN_INTERVAL_MILLIS = 100;
  static final int MAX_INTERVAL_MILLIS = 3_600_000;
  static final int DEFAULT_INTERVAL_MILLIS = 2_000;
  static final int DEFAULT_BATCH_ENTRIES = 1_000;
  static final List<String> DEFAULT_SCHEMES = List.of("http", "https");

  /** Counts the versions of the rules that are not configured, in {@link VisitEntries}. */
  private static final String RULES = "1x";

  Settings {
    profiles = List.copyOf(profiles);
  }

  Settings(List<Path> profiles, long intervalMillis, int batchEntries, Exclusions exclusions) {
    this(profiles, intervalMillis, batchEntries, exclusions, false);
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
        paths(Arrays.stream(config.profiles()).filter(text -> !text.isBlank()).toList()),
        VALUES.wholeNumber(
            "intervalMillis", config::intervalMillis, MIN_INTERVAL_MILLIS, MAX_INTERVAL_MILLIS),
        VALUES.wholeNumber("batchEntries", config::batchEntries, 1, Batch.MAX_ENTRIES),
        Exclusions.of(
            split(config.includeSchemes()),
            split(config.excludedHosts()),
            texts(config.excludedPatterns())),
        VALUES.oneOf("deletions", config.deletions(), Map.of(KEEP, false, FOLLOW, true)));
  }

  /** Returns the digest of all that decides which visits are left out. */
  String rules() {
    return RULES + exclusions.digest();
  }

  private static List<Path> paths(List<String> values) {
    if (values.isEmpty() || (values.size() == 1 && values.get(0).strip().equals(AUTO))) {
      return List.of();
    }
    VALUES.atMost("profiles", values.size(), ProfileFinder.MAX_PROFILES);
    return values.stream().map(Settings::path).toList();
  }

  /** A blank at an end may be part of the name, or only stand in the configuration. */
  private static Path path(String value) {
    try {
      Path path = Path.of(value);
      if (path.isAbsolute() && Files.exists(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      // Without the blanks it may be one: Windows has no names that end so.
    }
    try {
      Path path = Path.of(value.strip());
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      // Refused like a relative one.
    }
    throw VALUES.refuseElement(
        "profiles", value, "the absolute path of a directory, or \"" + AUTO + "\" alone");
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
