// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node's process, which carries out orders. For one thread. */
final class Child implements AutoCloseable {
  private final Process process;
  private final PrintWriter orders;
  private final BufferedReader answers;

  Child(String kind, Path data, @Nullable String url) throws IOException {
    this(List.of(), kind, data, url == null ? List.of() : List.of(url));
  }

  /**
   * Starts it somewhere.
   *
   * @param place what a command begins with that runs there
   * @param more what it is told besides
   */
  Child(List<String> place, String kind, Path data, List<String> more) throws IOException {
    Files.createDirectories(data);
    List<String> command = new ArrayList<>(place);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Those of the distribution.
    Path file = Path.of(System.getProperty("chroniclesync.lists"), "jvm.options");
    command.addAll(List.of("@" + file, "-Xmx192m"));
    String options = System.getenv("NODE_JVM_OPTIONS");
    if (options != null) {
      command.addAll(List.of(options.replace("%n", data.getFileName().toString()).split(" ")));
    }
    System.getProperties()
        .forEach(
            (key, value) -> {
              if (key.toString().startsWith("chroniclesync.")) {
                command.add("-D" + key + "=" + value);
              }
            });
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Whole.class.getName()));
    command.addAll(List.of(kind, data.toString(), Whole.MNEMONIC));
    command.addAll(more);
    process = new ProcessBuilder(command).redirectError(data.resolve("log").toFile()).start();
    orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    answers = process.inputReader(StandardCharsets.UTF_8);
    answer();
  }

  void send(String order) {
    orders.println(order);
  }

  String answer() throws IOException {
    String line = answers.readLine();
    while (line != null && line.startsWith(Orders.NOTE)) {
      System.err.println(line);
      line = answers.readLine();
    }
    if (line == null) {
      throw new IOException("a node has ended before it answered");
    }
    return line;
  }

  String order(String order) throws IOException {
    send(order);
    return answer();
  }

  long number(String order) throws IOException {
    return Long.parseLong(order(order));
  }

  @Override
  public void close() {
    orders.close();
    process.onExit().join();
  }
}
