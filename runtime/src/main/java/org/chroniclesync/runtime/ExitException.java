// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

/** Ends the process with a sentence for the person who started it. */
final class ExitException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Exit exit;

  ExitException(Exit exit, String sentence) {
    super(sentence);
    this.exit = exit;
  }

  Exit exit() {
    return exit;
  }
}
