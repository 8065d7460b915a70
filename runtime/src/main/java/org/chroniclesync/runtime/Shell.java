// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.chroniclesync.runtime.ControlClient.Answer;
import org.jspecify.annotations.Nullable;

/** Connects to a running node, for one command or a prompt. */
final class Shell {
  private static final String PROMPT = "chroniclesync> ";
  private static final Set<String> LEAVE = Set.of("exit", "quit");

  private static final String TIMEOUT = "--timeout-seconds";
  private static final int DEFAULT_TIMEOUT_SECONDS = 120;

  private final Path data;
  private final @Nullable String command;
  private final Duration patience;

  Shell(List<String> args) throws ExitException {
    Arguments arguments = new Arguments(args, Set.of("--data", "-c", TIMEOUT), Set.of());
    String given = arguments.last("--data");
    data = given == null ? Launcher.defaultData(Role.NODE) : Path.of(given);
    command = arguments.last("-c");
    patience = Duration.ofSeconds(arguments.number(TIMEOUT, DEFAULT_TIMEOUT_SECONDS, 1, 86_400));
    if (!arguments.rest().isEmpty()) {
      throw new ExitException(Exit.USAGE, "Put the command in quotes after -c.");
    }
  }

  Exit run() throws ExitException {
    try (ControlClient client = new ControlClient(DataFolder.socket(data), patience)) {
      return command == null ? prompt(client) : once(client, command);
    } catch (ControlClient.RefusedException e) {
      throw new ExitException(Exit.COMMAND, String.valueOf(e.getMessage()));
    } catch (ControlClient.SilentException e) {
      throw new ExitException(
          Exit.COMMAND,
          "The node in "
              + data
              + " does not answer. It is very busy or hangs. If it stays silent, end its process and"
              + " start it again.");
    } catch (IOException e) {
      throw new ExitException(
          Exit.COMMAND,
          "No node is running in "
              + data
              + ". Start one with the command start, or name its folder with --data.");
    }
  }

  private Exit once(ControlClient client, String line) throws ExitException {
    try {
      Answer answer = client.run(line);
      (answer.ok() ? System.out : System.err).println(answer.text());
      return answer.ok() ? Exit.STOPPED : Exit.COMMAND;
    } catch (IOException e) {
      throw new ExitException(Exit.COMMAND, unanswered(e));
    }
  }

  private static String unanswered(IOException e) {
    return e instanceof ControlClient.SilentException
        ? "No answer: "
            + e.getMessage()
            + ". The command may still run. Give it more time with "
            + TIMEOUT
            + " N."
        : "No answer: the node has stopped or closed the session.";
  }

  /** Reads lines from the terminal until the input or the session ends. */
  static Exit prompt(Path socket) throws IOException {
    try (ControlClient client =
        new ControlClient(socket, Duration.ofSeconds(DEFAULT_TIMEOUT_SECONDS))) {
      return prompt(client);
    }
  }

  private static Exit prompt(ControlClient client) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    return prompt(lines, client);
  }

  private static Exit prompt(BufferedReader lines, ControlClient client) throws IOException {
    boolean person = Tty.isPresent();
    String line = next(lines, person);
    while (line != null && !LEAVE.contains(line.strip())) {
      if (!line.isBlank() && !show(client, line)) {
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
      System.err.println(unanswered(e));
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
