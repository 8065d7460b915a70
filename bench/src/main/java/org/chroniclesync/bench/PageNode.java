// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A node as a person has it, the distribution in a process of its own. For one thread. */
final class PageNode implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final int LOOK_MILLIS = 20;
  private static final int SETTLING_SECONDS = 2;

  /** What an idle node uses of a processor in that time. */
  private static final int SETTLED_MILLIS = 200;

  private static final String KEY = "X-ChronicleSync";

  private final Path home =
      Objects.requireNonNull(Path.of(System.getProperty("chroniclesync.lists")).getParent());
  private final Path folder;
  private final int port;
  private final Process process;

  private PageNode(Path folder, String discovery) throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path words = Files.writeString(folder.resolve("words"), Whole.MNEMONIC);
    Files.setPosixFilePermissions(
        words, Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    process =
        command(
                List.of(
                    "start",
                    "--no-shell",
                    "--data",
                    data(),
                    "--port",
                    Integer.toString(port),
                    "--discovery",
                    discovery,
                    "--mnemonic-file",
                    words.toString(),
                    "--set",
                    "org.chroniclesync.importer.browser:profiles=[]",
                    "--set",
                    "org.chroniclesync.discovery.mdns:enabled=false"))
            .redirectErrorStream(true)
            .redirectOutput(log().toFile())
            .start();
  }

  /** Starts one with the history of a file. */
  static PageNode start(Path folder, String discovery, Path history)
      throws IOException, InterruptedException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.copy(history, data.resolve("history.db"));
    PageNode node = new PageNode(folder, discovery);
    try {
      node.awaitStart();
      return node;
    } catch (IOException | InterruptedException | RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private Path log() {
    return folder.resolve("log");
  }

  private void awaitStart() throws IOException, InterruptedException {
    while (!Files.readString(log()).contains("The node is running")) {
      if (!process.isAlive()) {
        throw new IllegalStateException(Files.readString(log()));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private ProcessBuilder command(List<String> words) {
    List<String> all = new ArrayList<>(List.of("sh", home + "/bin/chroniclesync"));
    all.addAll(words);
    return new ProcessBuilder(all);
  }

  private String run(String... words) throws IOException, InterruptedException {
    Path said = folder.resolve("said");
    Process one =
        command(List.of(words)).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    if (!one.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || one.exitValue() != 0) {
      one.destroyForcibly();
      throw new IllegalStateException(words[0] + ": " + Files.readString(said));
    }
    return Files.readString(said);
  }

  String address() {
    return "http://127.0.0.1:" + port + "/";
  }

  /** A link that opens the page once. */
  String link() throws IOException, InterruptedException {
    return run("open", "--data", data()).lines().findFirst().orElseThrow();
  }

  /** What a browser asks with that was let in. */
  record Visitor(String cookie, String key, URI api) {
    HttpRequest asks(String path) {
      return HttpRequest.newBuilder(api.resolve(path))
          .header("Cookie", cookie)
          .header(KEY, key)
          .build();
    }
  }

  Visitor visitor(HttpClient client) throws IOException, InterruptedException {
    HttpResponse<Void> opened =
        client.send(
            HttpRequest.newBuilder(URI.create(link())).build(),
            HttpResponse.BodyHandlers.discarding());
    return new Visitor(
        opened.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0],
        opened.headers().firstValue(KEY).orElseThrow(),
        URI.create(address()).resolve("/api/v1/"));
  }

  /** What it has used of a processor so far. */
  Duration processorTime() {
    return java().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** The script becomes the virtual machine, or waits for it. */
  private ProcessHandle java() {
    return process.descendants().findFirst().orElse(process.toHandle());
  }

  /** Waits until the node has nothing to do any more. */
  void settle() throws InterruptedException {
    Duration before = Duration.ZERO;
    Duration now = processorTime();
    while (now.minus(before).toMillis() > SETTLED_MILLIS) {
      TimeUnit.SECONDS.sleep(SETTLING_SECONDS);
      before = now;
      now = processorTime();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.onExit().get(1, TimeUnit.MINUTES);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      java().destroyForcibly();
      process.destroyForcibly();
    }
  }
}
