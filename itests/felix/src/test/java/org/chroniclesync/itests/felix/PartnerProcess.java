// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.felix;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The other node, as seen from inside the framework under test. */
final class PartnerProcess implements Closeable {
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter orders;
  private final String url;

  PartnerProcess(List<String> command, File log) throws IOException {
    process = new ProcessBuilder(command).redirectError(log).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = process.outputWriter(StandardCharsets.UTF_8);
    url = answer();
  }

  /** Returns where its discovery service is. */
  String url() {
    return url;
  }

  String order(String line) throws IOException {
    orders.write(line + "\n");
    orders.flush();
    return answer();
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the partner ended; see its log");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    try {
      orders.close();
      process.waitFor(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
