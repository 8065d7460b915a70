// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.chroniclesync.runtime.ControlClient.Answer;
import org.chroniclesync.runtime.mcp.CommandLine.RefusedException;
import org.chroniclesync.runtime.mcp.McpServer;

/** Lets an assistant ask a running node. It connects for each question, so the node may restart. */
final class Assistant {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String DELETES = "--allow-delete";

  private final Path data;
  private final boolean deletes;

  Assistant(List<String> args) throws ExitException {
    Arguments arguments = new Arguments(args, Set.of("--data"), Set.of(DELETES));
    if (!arguments.rest().isEmpty()) {
      throw new ExitException(Exit.USAGE, "mcp takes --data DIR and " + DELETES + " only.");
    }
    deletes = arguments.has(DELETES);
    String given = arguments.last("--data");
    data = given == null ? Launcher.defaultData(Role.NODE) : Path.of(given);
  }

  Exit run() throws ExitException {
    try {
      new McpServer(System.in, System.out, this::ask, version(), deletes).run();
      return Exit.STOPPED;
    } catch (IOException e) {
      throw new ExitException(Exit.COMMAND, "The assistant has gone: " + e.getMessage());
    }
  }

  private static String version() {
    return Objects.requireNonNullElse(
        Launcher.class.getPackage().getImplementationVersion(), "unknown");
  }

  private String ask(List<String> words) throws RefusedException {
    Answer answer;
    try (ControlClient client = new ControlClient(DataFolder.socket(data), PATIENCE)) {
      answer = client.run(words);
    } catch (ControlClient.RefusedException e) {
      throw new RefusedException(String.valueOf(e.getMessage()));
    } catch (ControlClient.SilentException e) {
      throw new RefusedException("The node does not answer. It is very busy or hangs.");
    } catch (IOException e) {
      throw new RefusedException(
          "No node is running in " + data + ". Start one with: chroniclesync start");
    }
    if (!answer.ok()) {
      throw new RefusedException(answer.text());
    }
    return answer.text();
  }
}
