// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

/**
 * Whether a person sits at a terminal. The script tells: from Java 22 on the JDK can't be asked.
 */
final class Tty {
  private Tty() {}

  static boolean isPresent() {
    return Boolean.getBoolean("chroniclesync.tty");
  }
}
