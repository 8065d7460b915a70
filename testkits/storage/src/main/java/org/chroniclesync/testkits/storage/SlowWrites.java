// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a process wait before each write to some files, and before each sync, so that a moment
 * between two of them, however short, is as long as any other. strace does it, and sees neither
 * files that come later nor what is written to mapped memory.
 *
 * @param strace attached to the process until it is closed
 */
record SlowWrites(Process strace) implements AutoCloseable {
  private static final int DELAY_MICROS = 3_000;
  private static final String CALLS =
      "write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,rename";

  /** Returns empty where there is no strace, or it may not attach itself to the process. */
  static Optional<SlowWrites> attach(long process, List<Path> files) throws IOException {
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-o", "/dev/null"));
    for (Path file : files) {
      command.add("-P");
      command.add(file.toString());
    }
    command.addAll(List.of("-e", "trace=" + CALLS));
    command.addAll(List.of("-e", "inject=" + CALLS + ":delay_enter=" + DELAY_MICROS));
    command.addAll(List.of("-p", Long.toString(process)));
    Process strace;
    try {
      strace = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return Optional.empty();
    }
    BufferedReader said = strace.inputReader(UTF_8);
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.contains(" attached")) {
        return Optional.of(new SlowWrites(strace));
      }
    }
    strace.destroyForcibly();
    return Optional.empty();
  }

  @Override
  public void close() {
    strace.destroyForcibly().onExit().join();
  }
}
