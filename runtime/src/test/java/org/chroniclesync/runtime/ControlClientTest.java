// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shell's end of the control socket, at nodes that are not well. */
@Timeout(600)
class ControlClientTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  /** The greeting must come within it, however busy the machine is. */
  private static final Duration FOR_A_GREETING = Duration.ofSeconds(5);

  private static final Duration LONG = Duration.ofMinutes(5);

  private final Path data;
  private ServerSocketChannel node;

  ControlClientTest(@TempDir Path data) {
    this.data = data;
  }

  @BeforeEach
  void listen() throws IOException {
    node = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    node.bind(UnixDomainSocketAddress.of(DataFolder.socket(data)), 1);
  }

  @AfterEach
  void close() throws IOException {
    node.close();
  }

  @Test
  void aNodeThatAcceptsNobodyIsGivenUp() {
    assertThatThrownBy(() -> new ControlClient(DataFolder.socket(data), SHORT))
        .isInstanceOf(ControlClient.SilentException.class);
  }

  @Test
  void aNodeWhoseQueueIsFullIsGivenUp() throws Exception {
    try (SocketChannel first = connect();
        SocketChannel second = connect()) {
      assertThat(first.isConnected() && second.isConnected()).isTrue();

      assertThatThrownBy(() -> new ControlClient(DataFolder.socket(data), SHORT))
          .isInstanceOf(ControlClient.SilentException.class);
    }
  }

  @Test
  void aCommandWithoutAnAnswerIsGivenUp() throws Exception {
    Thread greeter = greet("\u0004");
    try (ControlClient client = new ControlClient(DataFolder.socket(data), FOR_A_GREETING)) {
      assertThatThrownBy(() -> client.run("status"))
          .isInstanceOf(ControlClient.SilentException.class)
          .hasMessageContaining("did not answer within");
    }
    greeter.join();
  }

  @Test
  void whatIsAnsweredIsReadToItsEnd() throws Exception {
    Thread greeter = greet("\u0004", "one\ntwo\u0004", "no\u0015");
    try (ControlClient client = new ControlClient(DataFolder.socket(data), LONG)) {
      assertThat(client.run("first")).isEqualTo(new ControlClient.Answer(true, "one\ntwo"));
      assertThat(client.run("second")).isEqualTo(new ControlClient.Answer(false, "no"));
    }
    greeter.join();
  }

  @Test
  void aLongAnswerIsPassedOnWhileItComesAndNotesAreNoPartOfIt() throws Exception {
    String line = "x".repeat(999) + "\n";
    int lines = 2 * ControlClient.HELD_BYTES / line.length();
    Thread greeter =
        greet("\u0004", "\u000e10 %\u000f" + line.repeat(lines) + "\u000e20 %\u000fend\n\u0015");
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    List<String> notes = new ArrayList<>();
    try (ControlClient client = new ControlClient(DataFolder.socket(data), LONG)) {
      ControlClient.Answer answer =
          client.run(
              List.of("export"),
              new ControlClient.Listener() {
                @Override
                public void output(byte[] bytes) {
                  output.writeBytes(bytes);
                }

                @Override
                public void note(String text) {
                  notes.add(text);
                }
              });
      assertThat(answer.ok()).isFalse();
      assertThat(output.toString(StandardCharsets.UTF_8) + answer.text())
          .isEqualTo(line.repeat(lines) + "end");
    }
    assertThat(output.size()).isPositive();
    assertThat(notes).containsExactly("10 %", "20 %");
    greeter.join();
  }

  @Test
  void aNodeThatRefusesSaysWhy() throws Exception {
    Thread greeter = greet("All 8 sessions are in use; close one.\n\u0015");

    assertThatThrownBy(() -> new ControlClient(DataFolder.socket(data), LONG))
        .isInstanceOf(ControlClient.RefusedException.class)
        .hasMessage("All 8 sessions are in use; close one.");
    greeter.join();
  }

  @Test
  void theShellEndsWithItsCodeAndASentence() throws Exception {
    Shell shell =
        new Shell(List.of("--data", data.toString(), "-c", "status", "--timeout-seconds", "1"));

    assertThatThrownBy(shell::run)
        .isInstanceOfSatisfying(
            ExitException.class, e -> assertThat(e.exit()).isEqualTo(Exit.COMMAND))
        .hasMessageContaining("The node in " + data + " does not answer.");
  }

  @Test
  void theShellTellsThatACommandTakesTooLong() throws Exception {
    Thread greeter = greet("\u0004");
    Shell shell =
        new Shell(List.of("--data", data.toString(), "-c", "import", "--timeout-seconds", "5"));

    assertThatThrownBy(shell::run)
        .hasMessageContaining(
            "The command may still run. Give it more time with --timeout-seconds");
    greeter.join();
  }

  @Test
  void theWordsOfACommandAreSentAsTheyAreAndItsOptionsAreNot() throws Exception {
    ByteBuffer sent = ByteBuffer.allocate(1_024);
    Thread greeter =
        new Thread(
            () -> {
              try (SocketChannel client = node.accept()) {
                client.read(ByteBuffer.allocate(1_024));
                client.write(ByteBuffer.wrap(new byte[] {4}));
                client.read(sent);
                client.write(ByteBuffer.wrap(new byte[] {4}));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    greeter.start();

    Shell.command(
            List.of("search", "--data", data.toString(), "--json", "a >b\n", "--", "--data", "é"))
        .run();

    greeter.join();
    sent.flip();
    assertThat(sent.get()).isEqualTo((byte) 1);
    assertThat(sent.getInt()).isEqualTo(5);
    for (String word : List.of("search", "--json", "a >b\n", "--data", "é")) {
      byte[] bytes = new byte[sent.getInt()];
      sent.get(bytes);
      assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(word);
    }
    assertThat(sent.hasRemaining()).isFalse();
  }

  private SocketChannel connect() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(DataFolder.socket(data)));
  }

  /** Answers the lines of one client, then says nothing until it leaves. */
  private Thread greet(String... answers) {
    Thread thread =
        new Thread(
            () -> {
              try (SocketChannel client = node.accept()) {
                ByteBuffer line = ByteBuffer.allocate(1_024);
                for (String answer : answers) {
                  client.read(line.clear());
                  client.write(ByteBuffer.wrap(answer.getBytes(UTF_8)));
                }
                while (client.read(line.clear()) >= 0) {
                  // The client waits.
                }
              } catch (IOException e) {
                // It left in the middle.
              }
            },
            "greeter");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
