// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

/**
 * Whether input and output are a terminal. The script tells: since Java 22 the JDK has no reliable
 * answer.
 */
final class Tty {
  private Tty() {}

  static boolean isPresent() {
    return Boolean.getBoolean("chroniclesync.tty");
  }
}
