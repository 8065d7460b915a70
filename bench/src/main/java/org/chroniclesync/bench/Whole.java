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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.chroniclesync.itests.harness.DiscoveryService;
import org.jspecify.annotations.Nullable;

/**
 * Two nodes, each a process, over real libwebrtc on this machine: how fast a history gets across,
 * what a live visit takes, and what it costs to compare two histories.
 */
public final class Whole {
  private static final String MNEMONIC = "abandon ".repeat(23) + "art";
  private static final List<String> PARTS = List.of("transfer", "compare");
  private static final int LIVE = 300;
  private static final long SEED = 1;

  private final Path folder;

  private Whole(Path folder) {
    this.folder = folder;
  }

  /**
   * Measures, and prints a table.
   *
   * @param arguments sizes of histories, of which the largest is compared, too; beside them {@code
   *     transfer} or {@code compare} for one of both only
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 0 && arguments[0].equals("node")) {
      MeasuredNode.main(List.of(arguments).subList(1, arguments.length));
      // Not halt: a flight recording is written at the exit.
      System.exit(0);
    }
    Path folder = Files.createTempDirectory("chroniclesync-bench");
    List<String> wanted = List.of(arguments);
    List<Integer> sizes =
        wanted.stream().filter(a -> !PARTS.contains(a)).map(Integer::valueOf).toList();
    try {
      Whole whole = new Whole(folder);
      if (!wanted.contains("compare")) {
        whole.transfer(sizes);
      }
      if (!wanted.contains("transfer")) {
        whole.compare(sizes);
      }
    } finally {
      delete(folder);
    }
    Runtime.getRuntime().halt(0);
  }

  private void transfer(List<Integer> sizes) throws Exception {
    System.out.printf(
        "%9s %10s %8s %7s %7s %9s %9s %8s %8s %8s%n",
        "entries",
        "entries/s",
        "bytes/e",
        "cpu A",
        "cpu B",
        "rss A MB",
        "rss B MB",
        "synced s",
        "p50 ms",
        "p99 ms");
    for (int size : sizes) {
      transfer(size);
    }
  }

  private void compare(List<Integer> sizes) throws Exception {
    int largest = sizes.stream().max(Comparator.naturalOrder()).orElse(0);
    System.out.printf(
        "%n%-28s %12s %12s %10s %10s%n",
        "compared, " + largest + " each", "bytes A->B", "bytes B->A", "ms", "cpu ms");
    for (String missing : List.of("none", "newest:10", "newest:1000", "random:10", "random:1000")) {
      compare(largest, missing);
    }
  }

  private void transfer(int size) throws Exception {
    Path data = folder.resolve("transfer-" + size);
    try (DiscoveryService service = DiscoveryService.start(data.resolve("discovery"));
        Child a = new Child(data.resolve("a"), service.url())) {
      a.order("fill " + SEED + " " + size + " none");
      a.order("settle");
      long cpuA = a.number("cpu");
      try (Child b = new Child(data.resolve("b"), service.url())) {
        long cpuB = b.number("cpu");
        double seconds = b.number("await " + size) / 1e6;
        double perMillion = 1_000.0 * size / 1e6;
        double usedA = (a.number("cpu") - cpuA) / perMillion;
        double usedB = (b.number("cpu") - cpuB) / perMillion;
        double synced = b.number("in-sync") / 1e6;
        String[] traffic = b.order("traffic").split(" ");
        b.send("latencies " + LIVE);
        a.order("live " + LIVE);
        String[] latencies = b.answer().split(" ");
        System.out.printf(
            Locale.ROOT,
            "%9d %10.0f %8.1f %7.1f %7.1f %9d %9d %8.1f %8.1f %8.1f%n",
            size,
            size / seconds,
            Double.parseDouble(traffic[0]) / size,
            usedA,
            usedB,
            a.number("rss") / 1024,
            b.number("rss") / 1024,
            synced,
            Double.parseDouble(latencies[0]) / 1e3,
            Double.parseDouble(latencies[1]) / 1e3);
      }
    }
  }

  /** Both filled apart, so that they meet as strangers; one lacks something. */
  private void compare(int size, String missing) throws Exception {
    Path data = folder.resolve("compare-" + missing.replace(':', '-'));
    fill(data.resolve("a"), size, "none");
    fill(data.resolve("b"), size, missing);
    try (DiscoveryService service = DiscoveryService.start(data.resolve("discovery"));
        Child a = new Child(data.resolve("a"), service.url());
        Child b = new Child(data.resolve("b"), service.url())) {
      b.number("await " + size);
      long micros = Math.max(a.number("in-sync"), b.number("in-sync"));
      String[] traffic = b.order("traffic").split(" ");
      System.out.printf(
          Locale.ROOT,
          "%-28s %12s %12s %10d %10d%n",
          missing.equals("none") ? "equal" : missing.replace(":", " ") + " missing at B",
          traffic[0],
          traffic[1],
          micros / 1_000,
          a.number("cpu") + b.number("cpu"));
    }
    delete(data);
  }

  private static void fill(Path data, int size, String missing) throws Exception {
    try (Child alone = new Child(data, null)) {
      alone.order("fill " + SEED + " " + size + " " + missing);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }

  /** A node's process. */
  private static final class Child implements AutoCloseable {
    private final Process process;
    private final PrintWriter orders;
    private final BufferedReader answers;

    Child(Path data, @Nullable String url) throws IOException {
      Files.createDirectories(data);
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:+UseSerialGC", "-Xmx192m"));
      String more = System.getenv("NODE_JVM_OPTIONS");
      if (more != null) {
        command.addAll(List.of(more.replace("%n", data.getFileName().toString()).split(" ")));
      }
      System.getProperties()
          .forEach(
              (key, value) -> {
                if (key.toString().startsWith("chroniclesync.")) {
                  command.add("-D" + key + "=" + value);
                }
              });
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Whole.class.getName()));
      command.addAll(List.of("node", data.toString(), MNEMONIC));
      if (url != null) {
        command.add(url);
      }
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
}
