// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.threadio.ThreadIOImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600)
class ControlSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MAX_SESSIONS = 2;
  private static final int MAX_LINE_BYTES = 1_024;

  private final FakeNode node = new FakeNode();
  private final FakeHandCarried carried = new FakeHandCarried();
  private final AtomicInteger busy = new AtomicInteger();
  private final CountDownLatch idle = new CountDownLatch(1);
  private final CountDownLatch flooding = new CountDownLatch(1);
  private Path folder;
  private Path path;
  private ThreadIOImpl io;
  private CommandProcessorImpl processor;
  private ControlSocket socket;

  @BeforeEach
  void open(@TempDir Path fresh) throws IOException {
    folder = fresh;
    path = folder.resolve("control.sock");
    io = new ThreadIOImpl();
    io.start();
    processor = new CommandProcessorImpl(io);
    ShellServices services = new ShellServices();
    Commands commands = new Commands(services);
    services.bindNode(node.face());
    services.bindHistory(node);
    for (String name : new String[] {"status", "search", "history", "sync"}) {
      processor.addCommand("chroniclesync", commands, name);
    }
    HealthCommand health = new HealthCommand(services);
    processor.addCommand("chroniclesync", health, "health");
    ManualCommands manual = new ManualCommands(services);
    services.bindHandCarried(carried);
    for (String name : new String[] {"offer", "answer", "accept"}) {
      processor.addCommand("chroniclesync", manual, name);
    }
    processor.addCommand("test", this, "bytes");
    processor.addCommand("test", this, "fail");
    processor.addCommand("test", this, "crash");
    processor.addCommand("test", this, "stopNode");
    processor.addCommand("test", this, "busy");
    processor.addCommand("test", this, "flood");
    socket = new ControlSocket(processor, settings(path));
  }

  @AfterEach
  void close() throws Exception {
    socket.deactivate();
    processor.stop();
    io.stop();
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  /** A command that prints the bytes which end an answer. */
  public String bytes() {
    return "a\u0004b\u0015c";
  }

  /** A command that fails. */
  public void fail() throws IOException {
    throw new IOException("it did not work \u001b[2J");
  }

  /** A command that breaks. */
  public void crash() {
    throw new NoClassDefFoundError("gone \u001b[2J");
  }

  /** A command that says more than any buffer of the system holds. */
  public String flood() {
    flooding.countDown();
    return "x".repeat(20_000_000);
  }

  /** A command that takes its time. */
  public void busy() throws InterruptedException {
    busy.incrementAndGet();
    idle.await();
  }

  /** A command that has all stopped by another thread and returns, as one that stops bundle 0. */
  public String stopNode() {
    Thread stopper = new Thread(this::stopSocket, "stopper");
    stopper.start();
    await().atMost(PATIENCE).until(() -> !Files.exists(path));
    return "stopped";
  }

  private void stopSocket() {
    try {
      socket.deactivate();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @RepeatedTest(5)
  void theCommandThatStopsTheNodeIsAnswered() throws Exception {
    try (Client client = new Client(path);
        Client idle = new Client(path)) {
      assertThat(idle.run("sync")).endsWith("\u0004");

      assertThat(client.run("stopNode")).isEqualTo("stopped\n\u0004");

      assertThat(client.read()).isEmpty();
      assertThat(idle.read()).isEmpty();
      await().atMost(PATIENCE).until(() -> controlThreads() == 0);
    }
  }

  private static long sessionThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("chroniclesync-control-session"))
        .count();
  }

  private static long controlThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("chroniclesync-control"))
        .count();
  }

  @Test
  void aLineIsRunAndAnswered() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.run("status")).contains("peer: syncing 3 of 10").endsWith("\u0004");
      assertThat(client.run("chroniclesync:status --json")).startsWith("{\"startedAt\"");
      assertThat(client.run("search --limit 3 two words")).contains("for two words");
      assertThat(client.run("status --bogus"))
          .contains("status has no option --bogus. Give it as: status.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "what's new",
        "x;lb",
        "x | sync",
        "late>late.txt",
        "$HOME ${x} $(sync)",
        "\"a b\" \\ c",
        "( { [",
        "a\nb",
        "-news --and",
        "😀 ünïcode"
      })
  void theWordsOfACommandAreTextAndNoProgram(String text) throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.command("search", text))
          .contains(text.replace("\n", "\\u{a}"))
          .endsWith("\u0004");
      if (!text.contains("\n")) {
        assertThat(client.run("search " + text)).endsWith("\u0004");
      }
    }
    assertThat(node.syncs).hasValue(0);
    assertThat(Path.of("late.txt")).doesNotExist();
  }

  @Test
  void theGrammarOfTheFrameworksShellIsThereForThoseWhoNameIt() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.run("gogo x = (status); echo $x")).contains("not found");
      assertThat(client.run("gogo sync; sync")).endsWith("\u0004");
      assertThat(node.syncs).hasValue(2);
      assertThat(client.command("gogo", "sync;", "sync")).endsWith("\u0004");
      assertThat(node.syncs).hasValue(4);
    }
  }

  @Test
  void noWordsOfNoCommandAreRun() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.command("serach", "x")).contains("Unknown command serach");
      assertThat(client.command("fail")).contains("Unknown command fail");
      assertThat(client.run("serach late>late.txt")).contains("Unknown command serach");
      assertThat(Path.of("late.txt")).doesNotExist();
    }
  }

  @Test
  void eachCommandIsExplained() throws Exception {
    try (Client client = new Client(path)) {
      for (String name : new String[] {"status", "search", "history", "sync", "health", "offer"}) {
        assertThat(client.run(name + " --help")).startsWith(name).contains("Example");
      }
      assertThat(client.run("search --limit many x")).contains("--limit takes a whole number");
      assertThat(client.run("sync now")).contains("Give it as: sync.").endsWith("\u0015");
    }
  }

  @Test
  void aCommandIsBoundedAsALineIs() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.command("search", "x".repeat(MAX_LINE_BYTES))).contains("at most 1024");
    }
    try (Client client = new Client(path)) {
      client.send(ByteBuffer.allocate(9).put((byte) 1).putInt(1).putInt(Integer.MAX_VALUE).flip());
      assertThat(client.read()).contains("at most 1024");
    }
    try (Client client = new Client(path)) {
      client.send(ByteBuffer.allocate(5).put((byte) 1).putInt(Integer.MIN_VALUE).flip());
      assertThat(client.read()).contains("at most 1000 words");
    }
  }

  @Test
  void aNodeThatIsNotWellFailsTheHealthCommandAndNamesTheParts() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.run("health")).isEqualTo("The node is well.\n\u0004");
      node.loseStorage();
      assertThat(client.run("health"))
          .startsWith("storage sqlite does not work: The disk is gone.")
          .contains("it is named above")
          .endsWith("\u0015");
    }
  }

  @Test
  void aFailureIsToldAndTheSessionGoesOn() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.run("fail")).contains("it did not work \\u{1b}[2J").endsWith("\u0015");
      assertThat(client.run("nosuch")).contains("Unknown command nosuch").endsWith("\u0015");
      assertThat(client.run("history --limit 0")).contains("from 1 to 1,000").endsWith("\u0015");
      assertThat(client.run("sync")).endsWith("\u0004");
    }
  }

  @Test
  void anErrorIsToldAndTheSessionGoesOn() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.run("crash")).contains("gone \\u{1b}[2J").endsWith("\u0015");
      assertThat(client.run("sync")).endsWith("\u0004");
    }
  }

  @Test
  void textsAreCarriedWithoutACharacterThatGogoReads() throws Exception {
    try (Client client = new Client(path)) {
      String offer = client.run("offer").replace("\n\u0004", "");
      assertThat(offer).matches("[A-Za-z0-9+/]+");

      assertThat(client.run("answer " + offer)).endsWith("\u0004");
      assertThat(decoded(carried.answered)).isEqualTo(FakeHandCarried.OFFER);
      assertThat(client.run("accept " + offer)).contains("Connecting").endsWith("\u0004");
      assertThat(decoded(carried.accepted)).isEqualTo(FakeHandCarried.OFFER);
    }
  }

  @Test
  void aTextThatCannotBeMadeIsExplained() throws Exception {
    carried.failure = new IllegalStateException("No room yet.");
    try (Client client = new Client(path)) {
      assertThat(client.run("offer")).contains("No room yet.").endsWith("\u0015");
    }
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  @Test
  void outputCannotFakeTheEndOfACommand() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.run("bytes")).isEqualTo("a?b?c\n\u0004");
    }
  }

  @Test
  void onlyItsUserMayOpenIt() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
  }

  @Test
  void theSessionThatIsSilentForLongestMakesWay() throws Exception {
    try (Client silent = new Client(path)) {
      await().atMost(PATIENCE).until(() -> sessionThreads() == 1);
      try (Client working = new Client(path)) {
        assertThat(working.run("sync")).endsWith("\u0004");
        try (Client further = new Client(path)) {
          assertThat(further.run("sync")).endsWith("\u0004");
          assertThat(silent.read()).isEmpty();
          assertThat(working.run("sync")).endsWith("\u0004");
        }
      }
    }
  }

  @Test
  void aClientThatDoesNotReadLosesItsSession() throws Exception {
    Path other = folder.resolve("other.sock");
    ControlSocket strict = new ControlSocket(processor, settings(other), Duration.ofMillis(50));
    try (Client deaf = new Client(other)) {
      deaf.send("flood");

      await().atMost(PATIENCE).until(() -> flooding.getCount() == 0 && sessionThreads() == 0);
    } finally {
      strict.deactivate();
    }
  }

  @Test
  void oneSessionTooManyIsTurnedAwayWhileAllAreBusy() throws Exception {
    try (Client one = new Client(path);
        Client two = new Client(path)) {
      one.send("busy");
      two.send("busy");
      await().atMost(PATIENCE).until(() -> busy.get() == 2);
      try (Client three = new Client(path)) {
        assertThat(three.read()).contains("All 2 sessions are in use").endsWith("\u0015");
      }
      idle.countDown();
      assertThat(one.read()).endsWith("\u0004");
      assertThat(two.read()).endsWith("\u0004");
    }
  }

  @Test
  void theSocketIsThereAgainAfterItsFileWasDeleted() throws Exception {
    Files.delete(path);

    await().atMost(PATIENCE).until(() -> Files.exists(path));
    try (Client client = new Client(path)) {
      assertThat(client.run("sync")).endsWith("\u0004");
    }
    onlyItsUserMayOpenIt();
  }

  @Test
  void theSocketIsThereAgainAfterItsFolderCameBack() throws Exception {
    Path away = folder.resolveSibling(folder.getFileName() + "-away");
    Files.move(folder, away);
    await().atMost(PATIENCE).until(() -> socket.failures() > 0);

    Files.createDirectory(folder);
    await().atMost(PATIENCE).until(() -> Files.exists(path));
    try (Client client = new Client(path)) {
      assertThat(client.run("sync")).endsWith("\u0004");
    }
    Files.deleteIfExists(away.resolve("control.sock"));
    Files.delete(away);
  }

  /** The limit is lowered and raised by a process of its own: without descriptors we start none. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void theSocketIsThereAgainAfterTheProcessHadNoDescriptors() throws Exception {
    assumeThat(Path.of("/usr/bin/prlimit")).exists();
    String limit = "prlimit --pid " + ProcessHandle.current().pid();
    String script =
        "soft=$(LIMIT --nofile -o SOFT --noheadings); read go; LIMIT --nofile=8: && echo low; read go;"
            + " LIMIT --nofile=$soft: && echo ok";
    Process shell = new ProcessBuilder("sh", "-c", script.replace("LIMIT", limit)).start();
    OutputStream go = shell.getOutputStream();
    BufferedReader said = shell.inputReader();
    new Client(path).close(); // classes that need descriptors are loaded by now
    try (Client warm = new Client(path);
        SocketChannel late = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(warm.run("sync")).endsWith("\u0004");
      long before = socket.failures();
      go.write('\n');
      go.flush();
      assertThat(said.readLine()).isEqualTo("low");

      late.connect(UnixDomainSocketAddress.of(path));
      await().atMost(PATIENCE).until(() -> socket.failures() > before + 1);
      go.write('\n');
      go.flush();
      assertThat(said.readLine()).isEqualTo("ok");

      Client client = new Client(late);
      assertThat(client.run("sync")).endsWith("\u0004");
      assertThat(warm.run("sync")).endsWith("\u0004");
    } finally {
      go.close(); // ends the process, which raises the limit first
      shell.waitFor();
    }
  }

  @Test
  void aLineTooLongEndsTheSession() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.run("x".repeat(MAX_LINE_BYTES + 1))).contains("at most 1024 bytes");
      assertThat(client.read()).isEmpty();
    }
  }

  @Test
  void aLivingNodeIsNotPushedAside() {
    assertThatThrownBy(() -> new ControlSocket(processor, settings(path)))
        .hasMessageContaining("Another node answers");
    assertThat(path).exists();
  }

  @Test
  void theFileOfADeadNodeIsReplaced() throws Exception {
    Path stale = folder.resolve("stale.sock");
    ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    dead.bind(UnixDomainSocketAddress.of(stale));
    dead.close();
    assertThat(stale).exists();

    ControlSocket next = new ControlSocket(processor, settings(stale));
    try (Client client = new Client(stale)) {
      assertThat(client.run("sync")).endsWith("\u0004");
    } finally {
      next.deactivate();
    }
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws Exception {
    Path file = Files.writeString(folder.resolve("precious"), "text");

    assertThatThrownBy(() -> new ControlSocket(processor, settings(file)))
        .hasMessageContaining("is not a socket");
    assertThat(file).hasContent("text");
    Files.delete(file);
  }

  @Test
  void stoppingEndsSessionsAndThreads() throws Exception {
    try (Client client = new Client(path)) {
      assertThat(client.run("sync")).endsWith("\u0004");
      socket.deactivate();

      assertThat(client.read()).isEmpty();
      assertThat(path).doesNotExist();
      assertThat(controlThreads()).isZero();
    }
  }

  @Test
  void aPathThatIsTooLongForASocketIsRefused() {
    assertThatThrownBy(
            () -> new ControlSocket(processor, settings(folder.resolve("x".repeat(120)))))
        .hasMessageContaining("at most 100");
  }

  private static ControlSettings settings(Path path) {
    return new ControlSettings(path, MAX_SESSIONS, MAX_LINE_BYTES);
  }

  /** The other end, with the end byte left in the answer. */
  static final class Client implements AutoCloseable {
    private final SocketChannel channel;

    Client(Path path) throws IOException {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    Client(SocketChannel channel) {
      this.channel = channel;
    }

    String run(String line) throws IOException {
      send(line);
      return read();
    }

    void send(String line) throws IOException {
      send(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    void send(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    String command(String... words) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.write(Requests.WORDS);
      out.writeInt(words.length);
      for (String word : words) {
        byte[] text = word.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
      }
      send(ByteBuffer.wrap(bytes.toByteArray()));
      return read();
    }

    String read() throws IOException {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      ByteBuffer one = ByteBuffer.allocate(1);
      while (channel.read(one) == 1) {
        byte value = one.flip().get();
        one.clear();
        text.write(value);
        if (value == Answers.DONE || value == Answers.FAILED) {
          break;
        }
      }
      return text.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
