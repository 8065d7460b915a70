// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A service in a process of its own, with few file descriptors, and somebody who takes them. */
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class FewDescriptorsTest {
  private static final int DESCRIPTORS = 256;
  private static final String SCARCE = "file descriptors left";
  private static final String ENOUGH = "enough file descriptors again";

  private final Path directory;
  private final List<SocketChannel> taken = new ArrayList<>();
  private Process service;
  private int port;

  FewDescriptorsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  /** The service: says its port, and ends with its standard input. */
  static final class Service {
    public static void main(String[] args) throws Exception {
      Map<String, Object> settings =
          Map.of(
              "connectionsPerAddress", 10_000, "handshakes", 10_000, "handshakeMillis", 120_000L);
      try (TestServer server = new TestServer(settings)) {
        System.out.println(server.port());
        while (System.in.read() >= 0) {
          // Nothing is said to it.
        }
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    service =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + DESCRIPTORS + " && exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                // As the log is configured that we ship: the service says it itself.
                "-Dorg.slf4j.simpleLogger.log.org.eclipse.jetty.server.AbstractConnector=error",
                "-cp",
                System.getProperty("java.class.path"),
                Service.class.getName())
            .redirectError(log().toFile())
            .start();
    String said =
        new BufferedReader(new InputStreamReader(service.getInputStream(), UTF_8)).readLine();
    assertThat(said).as(Files.readString(log())).isNotNull();
    port = Integer.parseInt(said);
  }

  @AfterEach
  void stop() throws Exception {
    letGo();
    service.getOutputStream().close();
    service.waitFor();
  }

  @Test
  void thoseInsideGoOnAndNewOnesComeInWhenThereAreDescriptorsAgain() throws Exception {
    try (TestClient inside = new TestClient(room("inside"))) {
      answers(inside);

      takeDescriptors(2 * DESCRIPTORS);

      await().atMost(60, TimeUnit.SECONDS).until(() -> lines(SCARCE) > 0);
      answers(inside);
      assertThat(isLetIn("early")).isFalse();
      assertThat(health()).isEqualTo(200);
      // More of the same is no news.
      takeDescriptors(2 * DESCRIPTORS);
      answers(inside);

      letGo();

      await().atMost(60, TimeUnit.SECONDS).until(() -> isLetIn("late"));
      inside.hears("{\"type\":\"peer-joined\",\"peerId\":\"late\"}");
      await().atMost(60, TimeUnit.SECONDS).until(() -> lines(ENOUGH) > 0);
      assertThat(lines(SCARCE)).isEqualTo(1);
      assertThat(lines("Exception")).as(Files.readString(log())).isZero();
    }
  }

  private void takeDescriptors(int count) throws IOException {
    InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < count; i++) {
      taken.add(SocketChannel.open(at));
    }
  }

  private void letGo() throws IOException {
    for (SocketChannel channel : taken) {
      channel.close();
    }
    taken.clear();
  }

  private static void answers(TestClient client) throws Exception {
    client.say("{\"type\":\"ping\"}");
    client.hears("{\"type\":\"pong\"}");
  }

  private boolean isLetIn(String name) throws Exception {
    try (TestClient client = new TestClient(room(name))) {
      answers(client);
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  private int health() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build(),
            HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }

  private URI room(String client) {
    return URI.create("ws://127.0.0.1:" + port + "/?clientId=" + client + "&roomId=r");
  }

  private Path log() {
    return directory.resolve("service.log");
  }

  private long lines(String words) throws IOException {
    try (var lines = Files.lines(log())) {
      return lines.filter(line -> line.contains(words)).count();
    }
  }
}
