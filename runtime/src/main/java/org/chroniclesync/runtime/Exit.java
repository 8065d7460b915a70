// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

/** The exit codes of the process, as documented in docs/operations.md. */
enum Exit {
  /** Stopped as asked. */
  STOPPED(0),
  /** An unexpected failure. */
  UNEXPECTED(1),
  /** The command line is wrong. */
  USAGE(2),
  /** The node did not become ready. */
  NOT_READY(3),
  /** The data folder cannot be used, or another process uses it. */
  DATA(4),
  /** No node is running, or the command failed. */
  COMMAND(6),
  /** Stopping took too long; the process ended anyway. */
  STOPPED_LATE(7);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /**
   * Closes the standard output. At the end of a process, webrtc-java complains there that the JVM
   * is gone, which is true and harmless.
   */
  static void silence() {
    // Closing it flushes it, and puts /dev/null in its place for native code too.
    System.out.close();
  }
}
