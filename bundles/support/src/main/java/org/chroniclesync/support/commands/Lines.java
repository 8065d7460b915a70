// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.io.PrintStream;

/**
 * Where a command prints lines while it runs, for as long as somebody reads them. For one thread.
 */
public final class Lines {
  /** So much is printed at once at most. */
  private static final int HELD_CHARS = 32_768;

  private static final byte[] NOTHING = {};

  private final PrintStream out;
  private final PrintStream notes;
  private final StringBuilder held = new StringBuilder();

  /**
   * Makes them.
   *
   * @param out where the lines go
   * @param notes a note of no length tells there that what was printed is to be shown now
   */
  public Lines(PrintStream out, PrintStream notes) {
    this.out = out;
    this.notes = notes;
  }

  void add(String line) {
    held.append(line).append('\n');
    if (held.length() > HELD_CHARS) {
      print();
    }
  }

  private void print() {
    out.print(held);
    held.setLength(0);
  }

  /** Shows what was added; returns false if nobody reads any more. */
  boolean show() {
    print();
    out.flush();
    notes.write(NOTHING, 0, 0);
    notes.flush();
    return !out.checkError() && !notes.checkError();
  }
}
