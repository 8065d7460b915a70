// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a measured process does: it is ordered about by lines, and answers each with a line. */
interface Orders {
  /** Begins a line that answers nothing, but is for the person who waits. */
  String NOTE = "# ";

  /** Carries out an order of blank-separated words. */
  Object obey(String[] order) throws Exception;

  /** Keeps standard output for answers; logging goes there by default. Before anything starts. */
  static PrintStream answers() {
    PrintStream out = System.out;
    System.setOut(System.err);
    return out;
  }

  /** Takes orders from standard input to its end. */
  default void serve(PrintStream out) throws Exception {
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      out.println("ready");
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        out.println(obey(order.split(" ")));
      }
    }
  }
}
