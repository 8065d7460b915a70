// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/**
 * Two TUN devices of a router, between which every packet waits: this kernel may have no netem. It
 * is the link of the bench, and ends when nothing more can come from its input: so it ends with the
 * test, however that ends.
 */
final class LongWay implements AutoCloseable {
  static final String NEAR = "near";
  static final String FAR = "far";
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final Path LINK = Path.of("..", "..", "bench/src/main/python/link.py");

  /** More than what such a way is to carry, so that its rate is not what is seen. */
  private static final long BITS_A_SECOND = 200_000_000;

  private final Process process;

  /** Makes the devices on a host. */
  LongWay(List<String> host, int roundTripMillis) throws IOException {
    if (!Files.isExecutable(PYTHON)) {
      throw new TestAbortedException(
          "python3 is not installed; on Debian: apt-get install python3");
    }
    List<String> command = new ArrayList<>(host);
    command.addAll(List.of(PYTHON.toString(), LINK.toString(), NEAR, FAR));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      BufferedReader answers = process.inputReader(UTF_8);
      expect("ready", answers);
      process
          .getOutputStream()
          .write((roundTripMillis + " " + BITS_A_SECOND + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
      expect("ok", answers);
    } catch (IOException | IllegalStateException e) {
      close();
      throw e;
    }
  }

  private static void expect(String expected, BufferedReader answers) throws IOException {
    String line = answers.readLine();
    if (!expected.equals(line)) {
      throw new IllegalStateException("the long way has ended: " + line);
    }
  }

  @Override
  public void close() {
    Program.end(process);
  }
}
