// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.chroniclesync.testkits.mutations.Mutations;
import org.jspecify.annotations.Nullable;

/**
 * What comes through the control socket, changed at random. For more than the thousand lines that
 * the build takes: {@code -Djqwik.tries.default=100000}.
 */
class HostileLineProperties {
  private static final int MAX_LINE_BYTES = 65_536;

  private static final List<String> LINES =
      List.of(
          "status",
          "chroniclesync:status --json",
          "search --limit 3 two words",
          "gogo search 'a quoted \"word\"' | status",
          "gogo history --limit 2; sync",
          "gogo x = (status); each [a b c] { search $it }",
          "search \"${x} $(sync) \\u0041\"");

  private static final List<String> TOKENS =
      List.of(
          "(",
          ")",
          "$(",
          "${",
          "'",
          "\\",
          "|",
          ";",
          "&",
          "&&",
          "||",
          "~",
          "#",
          "%",
          "=",
          "@",
          "--limit",
          "--json",
          "\t",
          "\u0004",
          "\u0015",
          "\u001b[2J",
          "$it",
          "$args",
          "(".repeat(20_000),
          "$(".repeat(20_000),
          "[(".repeat(10_000),
          "{ (".repeat(10_000),
          "\"".repeat(1_001),
          "a | ".repeat(500));

  private static Path folder = Path.of("");
  private static ThreadIOImpl io = new ThreadIOImpl();
  private static CommandProcessorImpl processor = new CommandProcessorImpl(io);
  private static @Nullable ControlSocket socket;
  private static ControlSocketTest.@Nullable Client client;

  @BeforeContainer
  static void open() throws IOException {
    folder = Files.createTempDirectory("cs");
    FakeNode node = new FakeNode();
    ShellServices services = new ShellServices();
    Commands commands = new Commands(services);
    services.bindNode(node.face());
    services.bindHistory(node);
    io = new ThreadIOImpl();
    io.start();
    processor = new CommandProcessorImpl(io);
    for (String name : new String[] {"status", "search", "history", "sync"}) {
      processor.addCommand("chroniclesync", commands, name);
    }
    Path path = folder.resolve("control.sock");
    socket = new ControlSocket(processor, new ControlSettings(path, 2, MAX_LINE_BYTES));
    client = new ControlSocketTest.Client(path);
  }

  @AfterContainer
  static void close() throws Exception {
    Objects.requireNonNull(client).close();
    Objects.requireNonNull(socket).deactivate();
    processor.stop();
    io.stop();
    Files.delete(folder);
  }

  @Provide
  Arbitrary<String> lines() {
    // Gogo would write to, and read from, files of the person's. 1 begins what is no line.
    return Mutations.ofTexts(LINES, TOKENS).map(line -> line.replaceAll("[<>\n\u0001]", "_"));
  }

  @Property
  void everyLineIsAnsweredAndTheSessionGoesOn(@ForAll("lines") String line) throws Exception {
    if (line.length() > MAX_LINE_BYTES / 3) {
      return;
    }
    String answer = answer(line);

    Statistics.label("done")
        .collect(answer.endsWith("\u0004"))
        .coverage(coverage -> coverage.check(true).percentage(share -> share > 5));
    assertThat(answer).matches("(?s)[^\u0004\u0015]*[\u0004\u0015]");
    assertThat(answer("sync")).endsWith("\u0004");
  }

  private static String answer(String line) throws Exception {
    return CompletableFuture.supplyAsync(() -> run(line)).get(60, TimeUnit.SECONDS);
  }

  private static String run(String line) {
    try {
      return Objects.requireNonNull(client).run(line);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
