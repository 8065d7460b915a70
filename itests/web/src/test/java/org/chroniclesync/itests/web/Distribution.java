// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.chroniclesync.itests.harness.DiscoveryService;

/** A node as a person has it: the distribution in a process of its own, asked by its commands. */
final class Distribution implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path home;
  private final Path data;
  private final int port;
  private final List<String> words;

  /** What a command begins with that runs on the computer of the node. */
  private final List<String> computer;

  private final List<Path> logs = new ArrayList<>();
  private Process process;

  private Distribution(List<String> computer, Path data, int port, List<String> words) {
    this.computer = computer;
    this.home = Path.of(System.getProperty("chroniclesync.lists")).getParent();
    this.data = data;
    this.port = port;
    this.words = words;
  }

  /** Starts a node that imports nothing by itself, with further options of start. */
  static Distribution start(Path data, String... options) throws IOException {
    return startOn(List.of(), data, options);
  }

  static Distribution startOn(List<String> computer, Path data, String... options)
      throws IOException {
    int port = DiscoveryService.freePort();
    List<String> words = new ArrayList<>(List.of("start", "--no-shell", "--data"));
    words.addAll(List.of(data.toString(), "--port", Integer.toString(port)));
    words.addAll(List.of("--set", "org.chroniclesync.importer.browser:profiles=[]"));
    words.addAll(List.of(options));
    Distribution node = new Distribution(computer, data, port, words);
    node.startAgain();
    return node;
  }

  /** Starts a discovery service. */
  static Distribution discoveryOn(List<String> computer, Path data, String host, int port)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("discovery", "--host", host, "--port"));
    words.addAll(List.of(Integer.toString(port), "--data", data.toString()));
    Distribution service = new Distribution(computer, data, port, words);
    service.startAgain();
    return service;
  }

  /** Starts it in the same folder, on the same port. */
  void startAgain() throws IOException {
    Path log = Files.createTempFile(data.getParent(), "node", ".log");
    logs.add(log);
    process =
        command(words.toArray(String[]::new))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      Awaitility.await("it runs").atMost(PATIENCE).until(() -> runs(log));
    } catch (RuntimeException e) {
      kill(); // nobody has it yet who could close it
      throw new IllegalStateException(Files.readString(log), e);
    }
  }

  private boolean runs(Path log) throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException("it has ended");
    }
    return Files.readString(log).contains("is running");
  }

  /** What it has said since it started, its earlier starts included. */
  List<String> log() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path log : logs) {
      lines.addAll(Files.readAllLines(log));
    }
    return lines;
  }

  String address() {
    return "http://127.0.0.1:" + port + "/";
  }

  /** A new link that opens the page once. */
  String link() throws IOException, InterruptedException {
    return run("open").lines().findFirst().orElseThrow();
  }

  /** Runs a command of this node and returns what it prints. */
  String run(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(1, List.of("--data", data.toString()));
    return runAs(all);
  }

  /** Imports a history of nobody, with this many visits. */
  void importSample(int visits) throws IOException, InterruptedException {
    Path file = data.resolveSibling("sample.ndjson");
    runAs(List.of("sample", file.toString(), Integer.toString(visits)));
    run("import", file.toString());
  }

  /** The same, with an input. */
  String runWith(String input, String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(1, List.of("--data", data.toString()));
    return runAs(all, input);
  }

  private String runAs(List<String> all) throws IOException, InterruptedException {
    return runAs(all, "");
  }

  private String runAs(List<String> all, String input) throws IOException, InterruptedException {
    Path output = Files.createTempFile(data.getParent(), "command", ".txt");
    Path given = Files.createTempFile(data.getParent(), "command", ".in");
    Files.writeString(given, input);
    Process one =
        command(all.toArray(String[]::new))
            .redirectErrorStream(true)
            .redirectInput(given.toFile())
            .redirectOutput(output.toFile())
            .start();
    boolean ended = one.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    String text = Files.readString(output, StandardCharsets.UTF_8);
    if (!ended || one.exitValue() != 0) {
      one.destroyForcibly();
      throw new IllegalStateException(String.join(" ", all) + ": " + text);
    }
    return text;
  }

  private ProcessBuilder command(String... words) {
    List<String> command = new ArrayList<>(computer);
    command.addAll(List.of("sh", home + "/bin/chroniclesync"));
    command.addAll(List.of(words));
    return new ProcessBuilder(command);
  }

  /** Lets it stand still, as a computer that sleeps does, or go on. */
  void sleeps(boolean asleep) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kill", asleep ? "-STOP" : "-CONT"));
    process.descendants().forEach(one -> command.add(Long.toString(one.pid())));
    command.add(Long.toString(process.pid()));
    Process one = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(one.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (one.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
  }

  /** Ends it at once, as a loss of power does. */
  void kill() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(one -> one.onExit().join());
  }

  @Override
  public void close() {
    stop();
  }

  /** Ends it in order. */
  void stop() {
    process.destroy();
    try {
      process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      kill();
    }
  }
}
