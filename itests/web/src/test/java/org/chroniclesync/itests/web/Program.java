// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A class of these tests that runs on a computer of the test's own. It says a line when it is
 * ready, and ends when nothing more can come from its input: so it ends with the test, however that
 * ends.
 */
final class Program implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;

  Program(List<String> computer, Class<?> runs, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(computer);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classes(runs).toString(), runs.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
    if (said == null) {
      close();
      throw new IllegalStateException(String.join(" ", command) + " did not start");
    }
  }

  private static Path classes(Class<?> of) {
    try {
      return Path.of(of.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What such a class calls when it is ready: returns when it is to end. */
  static void readyUntilEndOfInput() throws IOException {
    System.out.println("ready");
    while (System.in.read() >= 0) {
      // Nothing is said to it.
    }
  }

  boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void close() {
    end(process);
  }

  /** Asks a process to end, and ends it if it does not. */
  static void end(Process process) {
    process.destroy();
    if (process
        .onExit()
        .completeOnTimeout(process, PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join()
        .isAlive()) {
      process.destroyForcibly().onExit().join();
    }
  }
}
