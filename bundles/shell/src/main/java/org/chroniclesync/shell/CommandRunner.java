// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.chroniclesync.shell.Requests.Command;
import org.chroniclesync.shell.Requests.Line;
import org.chroniclesync.shell.Requests.Request;
import org.chroniclesync.support.commands.Help;
import org.chroniclesync.support.commands.Manual;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a person asks for. Text is text: the words of our commands mean what they are, and no
 * grammar reads them. The grammar of the Gogo shell, with its pipes, variables and redirections, is
 * for those who name it, and for the commands of others.
 */
final class CommandRunner {
  private static final String SCOPE = Help.SCOPE + ":";
  private static final String GOGO = "gogo";
  private static final String HELP = "--help";

  private final CommandSession session;

  CommandRunner(CommandSession session) {
    this.session = session;
  }

  /**
   * Runs one request.
   *
   * @return what it returned
   * @throws Exception whatever the command throws
   */
  @Nullable Object run(Request request) throws Exception {
    if (request instanceof Command command) {
      List<String> words = command.words();
      return words.get(0).equals(GOGO)
          ? session.execute(String.join(" ", words.subList(1, words.size())))
          : own(words);
    }
    String line = ((Line) request).text();
    List<String> words = LineWords.of(line);
    if (words.isEmpty()) {
      return null;
    }
    String first = words.get(0);
    if (first.equals(GOGO)) {
      return session.execute(line.substring(line.indexOf(GOGO) + GOGO.length()).strip());
    }
    if (isOwn(name(first))) {
      return own(words);
    }
    if (isOfOthers(first)) {
      return session.execute(line);
    }
    throw unknown(first);
  }

  private @Nullable Object own(List<String> words) throws Exception {
    String name = name(words.get(0));
    List<String> arguments = words.subList(1, words.size());
    if (!isOwn(name)) {
      throw unknown(words.get(0));
    }
    if (!arguments.isEmpty() && arguments.get(0).equals(HELP)) {
      return Manual.of(name);
    }
    if (!(session.get(SCOPE + name) instanceof Function command)) {
      throw new IllegalStateException(name + " is not there any more.");
    }
    try {
      return command.execute(session, List.copyOf(arguments));
    } catch (IllegalArgumentException e) {
      // How Gogo says that no method takes such arguments.
      String message = String.valueOf(e.getMessage());
      throw message.startsWith("Cannot coerce")
          ? new IllegalArgumentException(Manual.usage(name, arguments), e)
          : e;
    }
  }

  private static String name(String word) {
    return word.startsWith(SCOPE) ? word.substring(SCOPE.length()) : word;
  }

  private boolean isOwn(String name) {
    return commands().contains(SCOPE + name);
  }

  private boolean isOfOthers(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    return name.contains(":")
        ? commands().contains(name)
        : commands().stream().anyMatch(command -> command.endsWith(":" + name));
  }

  /** All of them, with their scopes, in lower case. */
  @SuppressWarnings("unchecked") // Gogo's documentation says so
  private Set<String> commands() {
    return (Set<String>) session.get(".commands");
  }

  private static IllegalArgumentException unknown(String word) {
    return new IllegalArgumentException(
        "Unknown command "
            + word
            + ". help lists the commands; gogo and a line runs the line in the framework's shell.");
  }
}
