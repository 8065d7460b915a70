// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Whether a path means the same whatever the locale. Java reads names of files by it, but not on
 * Windows, and a profile that is read under two names would be two devices.
 */
final class Letters {
  private Letters() {}

  /** Tells whether the path has letters that this process does not read as they are. */
  static boolean areLost(Path path) {
    return areLost(
        path.toString(),
        System.getProperty("os.name", ""),
        System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  static boolean areLost(String path, String os, String encoding) {
    return !os.toLowerCase(Locale.ROOT).startsWith("windows")
        && !encoding.equalsIgnoreCase("UTF-8")
        && path.chars().anyMatch(letter -> letter > 127);
  }

  /** Says so, and what to do. */
  static String sentence(Path path) {
    return path
        + ": the locale does not hold all letters of this path. Start the node under a UTF-8 locale,"
        + " such as LC_ALL=C.UTF-8.";
  }
}
