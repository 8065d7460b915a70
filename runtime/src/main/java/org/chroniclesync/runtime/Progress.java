// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.PrintStream;

/** One line that changes: rewritten on a terminal, plain lines now and then anywhere else. */
final class Progress {
  private static final long PLAIN_NANOS = 1_000_000_000L;

  private final PrintStream out;
  private final boolean terminal;
  private String shown = "";
  private long shownAt = System.nanoTime() - PLAIN_NANOS;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(String line) {
    if (line.equals(shown)) {
      return;
    }
    if (terminal) {
      out.print("\r\u001b[K" + line);
      out.flush();
    } else if (System.nanoTime() - shownAt >= PLAIN_NANOS) {
      out.println(line);
    } else {
      return;
    }
    shown = line;
    shownAt = System.nanoTime();
  }

  /** Leaves the last line standing. */
  void done(String line) {
    if (terminal) {
      out.println("\r\u001b[K" + line);
    } else if (!line.equals(shown)) {
      out.println(line);
    }
    shown = "";
  }
}
