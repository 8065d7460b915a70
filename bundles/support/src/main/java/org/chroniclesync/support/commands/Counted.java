// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

/** Numbers of things, in words. */
final class Counted {
  private Counted() {}

  /** One visit, two visits. */
  static String of(long number, String one) {
    return of(number, one, one + "s");
  }

  /** One address, two addresses. */
  static String of(long number, String one, String several) {
    return "%,d %s".formatted(number, number == 1 ? one : several);
  }
}
