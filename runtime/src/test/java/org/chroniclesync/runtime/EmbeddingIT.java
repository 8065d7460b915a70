// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/embedding.md says is done as it is written there. */
@Timeout(600)
class EmbeddingIT {
  private static final Path PAGE = Path.of("../docs/embedding.md");
  private static final Pattern BLOCK = Pattern.compile("```(\\w+)\n(.*?)```", Pattern.DOTALL);
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Whoever runs the test has browsers, too. */
  private static final String NO_BROWSERS =
      "-Duser.home=%s -Dorg.ops4j.pax.logging.DefaultServiceLog.level=WARN";

  private final Path folder;
  private @Nullable Process node;

  EmbeddingIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void stop() throws InterruptedException {
    Process running = node;
    if (running != null) {
      running.destroy();
      if (!running.waitFor(60, TimeUnit.SECONDS)) {
        running.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void aNodeRunsOnFelix() throws Exception {
    List<String> steps = blocks("Apache Felix", "sh");

    run(steps.get(0));
    start(steps.get(1));

    awaitAnswer(steps.get(2));
  }

  @Test
  void aNodeRunsOnEquinox() throws Exception {
    List<String> steps = blocks("Eclipse Equinox", "sh");

    run(blocks("Apache Felix", "sh").get(0));
    run(steps.get(0));
    start(steps.get(1));

    awaitAnswer(steps.get(2));
  }

  @Test
  void whatIsRequiredResolvesToANodeThatLives() throws Exception {
    Properties run = new Properties();
    run.load(new StringReader(blocks("bnd", "properties").get(0)));
    List<String> felix = blocks("Apache Felix", "sh");
    run(felix.get(0));
    Path bundles = folder.resolve("bundle");
    try (Stream<Path> old = Files.list(bundles)) {
      for (Path jar : old.toList()) {
        Files.delete(jar);
      }
    }

    for (Path jar : Resolving.jars(run)) {
      Files.copy(jar, bundles.resolve(jar.getFileName()));
    }
    start(felix.get(1));

    await()
        .atMost(PATIENCE)
        .failFast("the framework ended:\n" + output(), () -> !isRunning())
        .until(() -> Files.exists(folder.resolve("chroniclesync/history.db")));
  }

  private static List<String> blocks(String section, String language) throws IOException {
    String page = Files.readString(PAGE);
    String text = page.substring(page.indexOf("\n## " + section + "\n") + 4);
    int end = text.indexOf("\n## ");
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(end < 0 ? text : text.substring(0, end));
    while (block.find()) {
      if (block.group(1).equals(language)) {
        blocks.add(block.group(2));
      }
    }
    return blocks;
  }

  private void run(String script) throws Exception {
    Path output = folder.resolve("prepared.txt");
    Process process = shell(script).redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
  }

  private void start(String script) throws IOException {
    ProcessBuilder starting = shell("exec " + script.strip());
    Path home = Files.createDirectories(folder.resolve("home"));
    starting.environment().put("JAVA_TOOL_OPTIONS", NO_BROWSERS.formatted(home));
    node = starting.redirectOutput(folder.resolve("output.txt").toFile()).start();
  }

  private void awaitAnswer(String question) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .failFast("the framework ended", () -> !isRunning())
        .untilAsserted(
            () -> {
              Process asking = shell(question).start();
              String answer =
                  new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
              assertThat(answer).as(output()).contains("sqlite: in use").contains("manual: in the");
            });
  }

  private boolean isRunning() {
    Process running = node;
    return running != null && running.isAlive();
  }

  private String output() throws IOException {
    Path output = folder.resolve("output.txt");
    return Files.exists(output) ? Files.readString(output) : "";
  }

  private ProcessBuilder shell(String script) {
    ProcessBuilder shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script);
    shell.directory(folder.toFile()).redirectErrorStream(true);
    shell.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    shell.environment().put("CHRONICLESYNC", Built.distribution().toString());
    shell
        .environment()
        .put("MAVEN_OPTS", "-Dmaven.repo.local=" + System.getProperty("chroniclesync.repository"));
    return shell;
  }
}
