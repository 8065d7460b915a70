// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

/** The address of a page, as a person gives it. */
final class WholeAddress {
  private static final int MAX_SHOWN_CHARS = 200;

  private WholeAddress() {}

  /**
   * Returns the address.
   *
   * @throws IllegalArgumentException if it has no scheme: nothing is stored under such a one
   */
  static String of(String given) {
    if (!given.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      throw new IllegalArgumentException(
          "Give the whole address with its scheme, such as https://"
              + Terminal.safe(given, MAX_SHOWN_CHARS));
    }
    return given;
  }
}
