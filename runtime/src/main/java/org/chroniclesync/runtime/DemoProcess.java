// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chroniclesync.runtime.ControlClient.Answer;
import org.jspecify.annotations.Nullable;

/** A process of the demo: a node or the discovery service, in a framework of its own. */
final class DemoProcess {
  private static final Duration START_PATIENCE = Duration.ofSeconds(90);
  private static final long STOP_SECONDS = 20;
  private static final long POLL_MILLIS = 50;
  private static final Pattern ADDRESS = Pattern.compile("wss?://\\S+");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Path data;
  private final Path output;
  private final Process process;
  private @Nullable ControlClient client;

  private DemoProcess(String name, Path data, Path output, Process process) {
    this.name = name;
    this.data = data;
    this.output = output;
    this.process = process;
  }

  /** Starts a process; the words are those of the launcher. */
  static DemoProcess start(String name, Path data, String role, List<String> options)
      throws IOException, ExitException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + Launcher.distribution().resolve("conf/jvm.options"));
    if (Runtime.version().feature() >= 24) {
      line.add("@" + Launcher.distribution().resolve("conf/jvm-24.options"));
    }
    line.add("@" + Launcher.distribution().resolve("conf/" + role + "/jvm.options"));
    line.add("-Dchroniclesync.dist=" + Launcher.distribution());
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.addAll(List.of(Launcher.class.getName(), role));
    line.addAll(List.of("--stop-at-eof", "--data", data.toString()));
    line.addAll(options);
    Path output = data.resolveSibling(data.getFileName() + ".out");
    Process process =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    return new DemoProcess(name, data, output, process);
  }

  String name() {
    return name;
  }

  Path data() {
    return data;
  }

  /** Waits until the discovery service says where it is. */
  String awaitAddress() throws ExitException, InterruptedException, IOException {
    long deadline = deadline();
    while (true) {
      Matcher matcher = ADDRESS.matcher(Files.readString(output));
      if (matcher.find()) {
        return matcher.group();
      }
      pause(deadline);
    }
  }

  /** Waits until the node answers questions. */
  void awaitNode() throws ExitException, InterruptedException {
    long deadline = deadline();
    while (ask("status --json") == null) {
      pause(deadline);
    }
  }

  /** Asks the node, and returns null while it cannot answer. */
  @Nullable JsonNode ask(String command) {
    Answer answer = run(command);
    try {
      return answer != null && answer.ok() ? JSON.readTree(answer.text()) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Runs a command, and returns null while the node cannot be reached. */
  @Nullable Answer run(String command) {
    try {
      ControlClient reached = client;
      if (reached == null) {
        reached = new ControlClient(DataFolder.socket(data), START_PATIENCE);
        client = reached;
      }
      return reached.run(command);
    } catch (IOException e) {
      client = null; // not there yet, or gone; the next question connects again
      return null;
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The last lines that the process printed, to find out why it failed. */
  String said() {
    try {
      List<String> lines = Files.readAllLines(output, StandardCharsets.UTF_8);
      return String.join("\n    ", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return "(nothing)";
    }
  }

  /**
   * Stops the process.
   *
   * @return its exit code, or -1 if it had to be forced
   */
  int stop() throws InterruptedException {
    process.destroy();
    if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      return process.exitValue();
    }
    process.destroyForcibly().waitFor();
    return -1;
  }

  /** Stops the process, by force if need be. Does nothing where it has ended. */
  void end() {
    try {
      stop();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static long deadline() {
    return System.nanoTime() + START_PATIENCE.toNanos();
  }

  private void pause(long deadline) throws ExitException, InterruptedException {
    if (!process.isAlive()) {
      throw new ExitException(Exit.NOT_READY, "The " + name + " ended:\n    " + said());
    }
    if (System.nanoTime() > deadline) {
      throw new ExitException(
          Exit.NOT_READY, "The " + name + " did not start in time:\n    " + said());
    }
    Thread.sleep(POLL_MILLIS);
  }
}
