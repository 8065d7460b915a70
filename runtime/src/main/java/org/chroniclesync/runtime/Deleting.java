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
  private static final List<String> APPLY = List.of("rules", "apply");
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

  /** Tells whether words would delete something and leave the decision to the person. */
  static boolean asks(List<String> words) {
    boolean deletes =
        (words.size() > 1 && words.get(0).equals(DELETE))
            || (words.get(0).equals(FORGET) && words.contains(WITH_VISITS))
            || isApply(words);
    return deletes && words.stream().noneMatch(DECIDED::contains);
  }

  private static boolean isApply(List<String> words) {
    return words.equals(APPLY);
  }

  /** Shows what would be deleted, and deletes it if the person says so. */
  static Exit ask(List<String> words, Words node, BufferedReader answers) throws IOException {
    return ask(isApply(words), option -> node.run(with(words, option)), answers);
  }

  /** The same for a line. */
  static Exit askLine(String line, Line node, BufferedReader answers) throws IOException {
    String first = line.strip().split("\\s+", 2)[0];
    String rest = line.strip().substring(first.length());
    boolean rules = isApply(List.of(line.strip().split("\\s+")));
    return ask(rules, option -> node.run((first + " " + option).strip() + rest), answers);
  }

  private static List<String> with(List<String> words, String option) {
    List<String> all = new ArrayList<>(words);
    if (!option.isEmpty()) {
      all.add(1, option);
    }
    return all;
  }

  /** Rules that are not applied are previewed without being told. */
  private static Exit ask(boolean rules, Line withOption, BufferedReader answers)
      throws IOException {
    Answer preview = withOption.run(rules ? "" : PREVIEW);
    if (!preview.ok()) {
      System.err.println(preview.text());
      return Exit.COMMAND;
    }
    System.out.println(preview.text());
    System.out.print((rules ? "Apply them" : "Delete them") + " on all devices? Enter yes or no: ");
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
