// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.chroniclesync.runtime.ControlClient.Answer;

/** Asks the person at a terminal before something is deleted, and shows what it is. */
final class Deleting {
  private static final String DELETE = "delete";
  private static final String FORGET = "forget";
  private static final String WITH_VISITS = "--with-visits";
  private static final String PREVIEW = "--preview";
  private static final String YES = "--yes";

  /** With one of these there is nothing to ask. */
  private static final Set<String> DECIDED = Set.of(YES, PREVIEW, "--json", "--help");

  private Deleting() {}

  /** What is sent to the node. */
  interface Words {
    Answer run(List<String> words) throws IOException;
  }

  /** A line as it is typed. */
  interface Line {
    Answer run(String line) throws IOException;
  }

  static boolean asks(List<String> words) {
    boolean deletes =
        words.get(0).equals(DELETE)
            || (words.get(0).equals(FORGET) && words.contains(WITH_VISITS));
    return deletes && words.size() > 1 && words.stream().noneMatch(DECIDED::contains);
  }

  /** Shows what would be deleted, and deletes it if the person says so. */
  static Exit ask(List<String> words, Words node, BufferedReader answers) throws IOException {
    return ask(option -> node.run(with(words, option)), answers);
  }

  /** The same for a line. */
  static Exit askLine(String line, Line node, BufferedReader answers) throws IOException {
    String stripped = line.strip();
    String command = stripped.startsWith(FORGET) ? FORGET : DELETE;
    String rest = stripped.substring(command.length());
    return ask(option -> node.run(command + " " + option + rest), answers);
  }

  private static List<String> with(List<String> words, String option) {
    List<String> all = new ArrayList<>(List.of(words.get(0), option));
    all.addAll(words.subList(1, words.size()));
    return all;
  }

  private static Exit ask(Line withOption, BufferedReader answers) throws IOException {
    Answer preview = withOption.run(PREVIEW);
    if (!preview.ok()) {
      System.err.println(preview.text());
      return Exit.COMMAND;
    }
    System.out.println(preview.text());
    System.out.print("Delete them on all devices? Enter yes or no: ");
    System.out.flush();
    String said = answers.readLine();
    if (said == null || !Set.of("y", "yes").contains(said.strip().toLowerCase(Locale.ROOT))) {
      System.out.println("Nothing was deleted.");
      return Exit.STOPPED;
    }
    Answer done = withOption.run(YES);
    (done.ok() ? System.out : System.err).println(done.text());
    return done.ok() ? Exit.STOPPED : Exit.COMMAND;
  }
}
