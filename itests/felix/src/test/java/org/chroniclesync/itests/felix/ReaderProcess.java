// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The second implementation, in {@code itests/reader}, as a process of Node.js. */
final class ReaderProcess implements Closeable {
  private static final Path SCRIPT = Path.of("..", "reader", "reader.mjs").toAbsolutePath();
  private static final int NODE = 20;

  private final Process process;
  private final Path output;
  private final Path errors;

  private ReaderProcess(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /** Starts it; what it prints goes to files in the folder. */
  static ReaderProcess start(Path folder, String... arguments) throws IOException {
    Path output = Files.createTempFile(folder, "reader", ".out");
    Path errors = Files.createTempFile(folder, "reader", ".err");
    List<String> command = new ArrayList<>(List.of("node", SCRIPT.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    return new ReaderProcess(process, output, errors);
  }

  /** Tells whether there is a Node.js that it runs on. */
  static boolean isPossible() throws InterruptedException {
    try {
      Process version = new ProcessBuilder("node", "--version").start();
      try (var said = version.inputReader(StandardCharsets.UTF_8)) {
        String line = said.readLine();
        version.waitFor();
        return line != null && Integer.parseInt(line.replaceAll("^v|\\..*", "")) >= NODE;
      }
    } catch (IOException | NumberFormatException e) {
      return false;
    }
  }

  /** Returns its exit code when it has ended. */
  int await(long seconds) throws InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("the reader did not end within " + seconds + " s");
    }
    return process.exitValue();
  }

  List<String> lines() throws IOException {
    return Files.readAllLines(output);
  }

  String errors() throws IOException {
    return Files.readString(errors);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
