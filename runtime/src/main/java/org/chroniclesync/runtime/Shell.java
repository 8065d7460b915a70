// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.chroniclesync.runtime.ControlClient.Answer;
import org.jspecify.annotations.Nullable;

/** Connects to a running node, for one command or a prompt. */
final class Shell {
  private static final String PROMPT = "chroniclesync> ";
  private static final Set<String> LEAVE = Set.of("exit", "quit");

  private final Path data;
  private final @Nullable String command;

  Shell(List<String> args) throws ExitException {
    Arguments arguments = new Arguments(args, Set.of("--data", "-c"), Set.of());
    String given = arguments.last("--data");
    data = given == null ? Launcher.defaultData(Role.NODE) : Path.of(given);
    command = arguments.last("-c");
    if (!arguments.rest().isEmpty()) {
      throw new ExitException(Exit.USAGE, "Put the command in quotes after -c.");
    }
  }

  Exit run() throws ExitException {
    try {
      return command == null ? prompt(DataFolder.socket(data)) : once(command);
    } catch (IOException e) {
      throw new ExitException(
          Exit.COMMAND,
          "No node is running in "
              + data
              + ". Start one with the command start, or name its folder with --data.");
    }
  }

  private Exit once(String line) throws IOException {
    try (ControlClient client = new ControlClient(DataFolder.socket(data))) {
      Answer answer = client.run(line);
      (answer.ok() ? System.out : System.err).println(answer.text());
      return answer.ok() ? Exit.STOPPED : Exit.COMMAND;
    }
  }

  /** Reads lines from the terminal until the input or the session ends. */
  static Exit prompt(Path socket) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    try (ControlClient client = new ControlClient(socket)) {
      return prompt(lines, client);
    }
  }

  private static Exit prompt(BufferedReader lines, ControlClient client) throws IOException {
    boolean person = Tty.isPresent();
    String line = next(lines, person);
    while (line != null && !LEAVE.contains(line.strip())) {
      if (!line.isBlank() && !show(client, line)) {
        System.err.println("The node has stopped or closed the session.");
        return Exit.COMMAND;
      }
      line = next(lines, person);
    }
    if (person) {
      System.out.println();
    }
    return Exit.STOPPED;
  }

  /** Returns false if the session is over. */
  private static boolean show(ControlClient client, String line) {
    try {
      System.out.println(client.run(line).text());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static @Nullable String next(BufferedReader lines, boolean person) throws IOException {
    if (person) {
      System.out.print(PROMPT);
      System.out.flush();
    }
    return lines.readLine();
  }
}
