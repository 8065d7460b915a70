// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.felix.service.command.CommandSession;

/** Where a command tells a person how far it is, apart from what it prints. */
final class Notes {
  private static final String VARIABLE = "chroniclesync.notes";

  private Notes() {}

  static void put(CommandSession session, PrintStream notes) {
    session.put(VARIABLE, notes);
  }

  /** Returns the notes of a session; a strange one has none. */
  static PrintStream of(CommandSession session) {
    return session.get(VARIABLE) instanceof PrintStream notes
        ? notes
        : new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
