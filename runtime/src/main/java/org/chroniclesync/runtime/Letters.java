// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.util.List;
import java.util.Locale;

/**
 * Whether Java reads arguments and names of files as they are. It does so by the locale, but not on
 * Windows: under one that is not UTF-8, letters beyond ASCII become others, or none.
 */
final class Letters {
  private Letters() {}

  /** Refuses arguments, and a home, whose letters were lost. */
  static void require(List<String> args) throws ExitException {
    require(
        args,
        System.getProperty("user.home", ""),
        System.getProperty("os.name", ""),
        System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  static void require(List<String> args, String home, String os, String encoding)
      throws ExitException {
    if (os.toLowerCase(Locale.ROOT).startsWith("windows") || encoding.equalsIgnoreCase("UTF-8")) {
      return;
    }
    if (hasMore(home) || args.stream().anyMatch(Letters::hasMore)) {
      throw new ExitException(
          Exit.USAGE,
          "The locale ("
              + encoding
              + ") does not hold all letters of the "
              + (hasMore(home) ? "home folder" : "command line")
              + ". Start it under a UTF-8 locale: LC_ALL=C.UTF-8, or one of those that locale -a"
              + " lists.");
    }
  }

  private static boolean hasMore(String text) {
    return text.chars().anyMatch(letter -> letter > 127);
  }
}
