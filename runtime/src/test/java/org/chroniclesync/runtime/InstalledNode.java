// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A node of the archive in a folder of its own, run for a user without rights. */
abstract class InstalledNode {
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Nobody, on each Linux. */
  static final String UNPRIVILEGED = "65534";

  Path folder;
  Path data;
  Path temporary;
  String options;
  @Nullable Process process;

  @BeforeEach
  void openToAll() throws Exception {
    // Not a @TempDir: the parents of that are for its owner only.
    folder = Files.createTempDirectory(Path.of("/tmp"), "chroniclesync-install-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    data = folder.resolve("data");
    temporary = Files.createDirectory(folder.resolve("temporary"));
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
    options = "-Djava.io.tmpdir=" + temporary;
  }

  @AfterEach
  void removeAll() throws Exception {
    if (process != null) {
      // Where it runs in a terminal, the node is a child of that.
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      all.add(process.toHandle());
      all.forEach(ProcessHandle::destroyForcibly);
      all.forEach(one -> one.onExit().join());
    }
    call("chmod", "-R", "u+w", folder.toString());
    call("rm", "-rf", folder.toString());
  }

  Path unpack() throws Exception {
    return unpack(Built.archive(".tar.gz"), "current");
  }

  Path unpack(Path archive, String name) throws Exception {
    Path into = Files.createDirectory(folder.resolve(name));
    call("tar", "xzf", archive.toString(), "-C", into.toString());
    try (Stream<Path> inside = Files.list(into)) {
      return inside.findFirst().orElseThrow();
    }
  }

  List<String> script(Path home, String command, String... options) {
    List<String> words = new ArrayList<>();
    words.add(home.resolve("bin/chroniclesync").toString());
    words.addAll(List.of(command, "--data", data.toString()));
    words.addAll(List.of(options));
    if (command.equals("start")) {
      // The test must not read the browsers of the person who runs it, nor take the port of a node.
      words.addAll(List.of("--profile", folder.resolve("no-profile").toString()));
      words.addAll(List.of("--port", "0"));
    }
    return words;
  }

  /** Runs as nobody if we are root. Otherwise we have no rights ourselves. */
  static List<String> unprivileged(List<String> words) throws Exception {
    if (!lines("id", "-u").equals(List.of("0"))) {
      return words;
    }
    assumeThat(Path.of("/usr/bin/setpriv")).exists();
    List<String> all = new ArrayList<>(List.of("/usr/bin/setpriv", "--reuid=" + UNPRIVILEGED));
    all.addAll(List.of("--regid=" + UNPRIVILEGED, "--clear-groups"));
    all.addAll(words);
    return all;
  }

  /** Returns what it reads as from a terminal. */
  OutputStream start(List<String> words, String... answers) throws Exception {
    Process started = builder(words).redirectOutput(folder.resolve("out").toFile()).start();
    process = started;
    for (String answer : answers) {
      started.getOutputStream().write((answer + "\n").getBytes(UTF_8));
    }
    started.getOutputStream().flush();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> said().contains("The node is running.") || !started.isAlive());
    assertThat(started.isAlive()).as(said()).isTrue();
    return started.getOutputStream();
  }

  ProcessBuilder builder(List<String> words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(unprivileged(words)).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("CREDENTIALS_DIRECTORY");
    builder.environment().put("JAVA_OPTS", options);
    return builder.directory(folder.toFile());
  }

  String said() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  /** What a command says that fails. */
  String failing(Path home, String command) throws Exception {
    Process shell = builder(script(home, "shell", "-c", command)).start();
    String answer = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as(answer).isEqualTo(Exit.COMMAND.code());
    return answer;
  }

  /** Runs a program as the user of the node. */
  static void asUser(String... words) throws Exception {
    call(unprivileged(List.of(words)).toArray(String[]::new));
  }

  String shell(Path home, String command) throws Exception {
    Process shell = builder(script(home, "shell", "-c", command)).start();
    String answer = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor()).as(answer).isZero();
    return answer;
  }

  /** Ends the process as a service manager does. */
  int stop() throws InterruptedException {
    Objects.requireNonNull(process).destroy();
    return ended();
  }

  int ended() throws InterruptedException {
    Process started = Objects.requireNonNull(process);
    assertThat(started.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return started.exitValue();
  }

  static Map<String, Long> files(Path folder) throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return files;
  }

  void refused(Exit exit, String sentence, Path home, String... options) throws Exception {
    List<String> words = script(home, "start", "--no-shell");
    words.addAll(List.of(options));
    Process node = builder(words).start();
    String answer = new String(node.getInputStream().readAllBytes(), UTF_8);

    assertThat(node.waitFor()).as(answer).isEqualTo(exit.code());
    assertThat(answer.lines()).as(answer).hasSize(1);
    assertThat(answer).contains(sentence);
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  static String jarTool() {
    return Path.of(System.getProperty("java.home"), "bin", "jar").toString();
  }

  static void call(String... words) throws Exception {
    lines(words);
  }

  static List<String> lines(String... words) throws Exception {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }
}
