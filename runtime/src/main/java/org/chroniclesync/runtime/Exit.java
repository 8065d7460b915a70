// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

/** What the process ends with. The numbers are documented in docs/operations.md. */
enum Exit {
  /** Stopped as asked. */
  STOPPED(0),
  /** Something nobody foresaw. */
  UNEXPECTED(1),
  /** The command line makes no sense. */
  USAGE(2),
  /** The node did not come up. */
  NOT_READY(3),
  /** The data folder cannot be used, or another process uses it. */
  DATA(4),
  /** There is nobody to talk to, or the command failed. */
  COMMAND(6),
  /** Stopping took too long; the process ended all the same. */
  STOPPED_LATE(7);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /**
   * Lets nothing more reach the standard output. What webrtc-java does at the very end of a process
   * complains there that the JVM is gone, which is true and means nothing.
   */
  static void silence() {
    // Closing it flushes it, and puts /dev/null in its place for native code too.
    System.out.close();
  }
}
