// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Arrays;

/** What a person types and nobody should see. */
final class Secrets {
  /** 24 words are far shorter. */
  private static final int MAX_CHARS = 1_024;

  private Secrets() {}

  /**
   * Reads a line: from the terminal without showing it, else from the input, and no further than
   * its end.
   *
   * @return what was typed, to be wiped; empty at the end of the input
   */
  static char[] line(InputStream in, PrintStream out, String prompt) throws ExitException {
    Console console = Tty.isPresent() ? System.console() : null;
    if (console != null && in == System.in) {
      char[] typed = console.readPassword("%s", prompt);
      return typed == null ? new char[0] : typed;
    }
    out.print(prompt);
    out.flush();
    char[] typed = new char[MAX_CHARS];
    int length = 0;
    try {
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (length < MAX_CHARS) {
          typed[length++] = (char) next;
        }
      }
      return Arrays.copyOf(typed, length);
    } catch (IOException e) {
      throw new ExitException(Exit.USAGE, "The words cannot be read: " + e.getMessage() + ".");
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  /** Reads the whole input, whose words may be on several lines. */
  static char[] all(InputStream in) throws ExitException {
    try {
      byte[] bytes = in.readNBytes(MAX_CHARS);
      char[] typed = new char[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        typed[i] = (char) (bytes[i] & 0xff);
      }
      Arrays.fill(bytes, (byte) 0);
      return typed;
    } catch (IOException e) {
      throw new ExitException(Exit.USAGE, "The words cannot be read: " + e.getMessage() + ".");
    }
  }
}
