// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of a service in a process of its own, down to the last detail, names nobody. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class PublishableLogTest {
  private final Path log;
  private final Process service;
  private final int port;

  PublishableLogTest(@TempDir Path directory) throws Exception {
    log = directory.resolve("service.log");
    service =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Dorg.slf4j.simpleLogger.log.org.chroniclesync=debug",
                "-cp",
                System.getProperty("java.class.path"),
                Service.class.getName())
            .redirectError(log.toFile())
            .start();
    String said =
        new BufferedReader(new InputStreamReader(service.getInputStream(), UTF_8)).readLine();
    assertThat(said).as(Files.readString(log)).isNotNull();
    port = Integer.parseInt(said);
  }

  /** The service: says its port, and ends with its standard input. */
  static final class Service {
    public static void main(String[] args) throws Exception {
      try (TestServer server = new TestServer(Map.of("rooms", 1))) {
        System.out.println(server.port());
        while (System.in.read() >= 0) {
          // Nothing is said to it.
        }
      }
    }
  }

  @AfterEach
  void end() throws Exception {
    service.getOutputStream().close();
    service.waitFor();
  }

  @Test
  void namesNoRoomNoPeerAndNoAddress() throws Exception {
    try (TestClient ann = new TestClient(room("logged-ann"))) {
      assertThat(ann.heardNothing()).isTrue();
      talk(ann);
    }
    end();
    check(Files.readString(log));
  }

  private void talk(TestClient ann) throws Exception {
    try (TestClient bob = new TestClient(room("logged-bob"))) {
      assertThat(ann.next()).contains("peer-joined");
      bob.say(
          "{\"type\":\"signal\",\"targetId\":\"logged-ann\",\"signal\":{\"sdp\":\"logged-sdp\"}}");
      assertThat(ann.next()).contains("logged-sdp");
      for (int i = 0; i < 4; i++) {
        bob.say("logged-garbage");
      }
      assertThat(bob.awaitClosed().code()).isEqualTo(1007);
      assertThat(upgrade("/?roomId=logged-full&clientId=logged-cid")).isEqualTo(503);
      assertThat(upgrade("/?clientId=logged-d&roomId=" + "logged".repeat(50))).isEqualTo(400);
    }
  }

  private static void check(String said) {
    assertThat(said).contains("the discovery service is up", "closing: 1007", "refused: 503");
    assertThat(said).doesNotContain("logged");
    // Jetty names the address that it listens at, which is the service's own.
    assertThat(
            said.lines()
                .filter(line -> line.contains("org.chroniclesync"))
                .collect(Collectors.joining("\n")))
        .doesNotContain("127.0.0.1");
  }

  private URI room(String client) {
    return URI.create("ws://127.0.0.1:" + port + "/?clientId=" + client + "&roomId=logged-room");
  }

  private int upgrade(String path) throws Exception {
    try (RawClient raw = new RawClient(port)) {
      return raw.upgrade(path).status();
    }
  }
}
