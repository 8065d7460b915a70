// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that never finish what they begin, and honest ones meanwhile. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class SlowHandshakeTest {
  private static final int CROWD = 2_000;
  private static final byte[] BEGIN =
      "GET /?clientId=c&roomId=r HTTP/1.1\r\nHost: x\r\nX: ".getBytes(US_ASCII);

  private final List<SocketChannel> slow = new ArrayList<>();

  @AfterEach
  void end() throws IOException {
    for (SocketChannel channel : slow) {
      channel.close();
    }
  }

  @Test
  void slowHandshakesEndAtTheDeadlineHoweverOftenTheySpeak() throws Exception {
    Map<String, Object> room =
        Map.of("connectionsPerAddress", 10_000, "handshakes", 10_000, "handshakeMillis", 8_000L);
    try (TestServer server = new TestServer(room)) {
      crowd(server);
      try (TestClient honest = TestClient.joined(server, "r", "honest")) {
        await().atMost(60, TimeUnit.SECONDS).until(this::allAreClosed);
        assertThat(honest.heardNothing()).isTrue();
      }
    }
  }

  @Test
  void anAddressHasNoMoreThanItsConnectionsFromTheMomentTheyAreAccepted() throws Exception {
    Map<String, Object> settings = Map.of("connectionsPerAddress", 20, "handshakeMillis", 120_000L);
    try (TestServer server = new TestServer(settings)) {
      crowd(server);
      await().atMost(60, TimeUnit.SECONDS).until(() -> stillOpen() <= 21);
      try (TestClient honest = TestClient.joined(server, "r", "honest")) {
        assertThat(honest.heardNothing()).isTrue();
      }
    }
  }

  @Test
  void theOldestHandshakeGoesWhereThereAreTooMany() throws Exception {
    Map<String, Object> settings =
        Map.of("connectionsPerAddress", 10_000, "handshakes", 50, "handshakeMillis", 120_000L);
    try (TestServer server = new TestServer(settings)) {
      crowd(server);
      await().atMost(60, TimeUnit.SECONDS).until(() -> stillOpen() <= 50);
      HttpResponse<String> health =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(server.http("/health")).build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(health.statusCode()).isEqualTo(200);
    }
  }

  private void crowd(TestServer server) throws IOException {
    InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    for (int i = 0; i < CROWD; i++) {
      SocketChannel channel = SocketChannel.open(at);
      channel.configureBlocking(false);
      slow.add(channel);
      feed(channel, BEGIN);
    }
  }

  private boolean allAreClosed() {
    return stillOpen() == 0;
  }

  /** A byte more for each that is still open. */
  private int stillOpen() {
    for (Iterator<SocketChannel> all = slow.iterator(); all.hasNext(); ) {
      SocketChannel channel = all.next();
      if (!feed(channel, new byte[] {'x'}) || isAtItsEnd(channel)) {
        all.remove();
        closeQuietly(channel);
      }
    }
    return slow.size();
  }

  private static boolean feed(SocketChannel channel, byte[] bytes) {
    try {
      channel.write(ByteBuffer.wrap(bytes));
      return true;
    } catch (IOException e) {
      return false; // closed by the service
    }
  }

  private static boolean isAtItsEnd(SocketChannel channel) {
    try {
      return channel.read(ByteBuffer.allocate(256)) < 0;
    } catch (IOException e) {
      return true;
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
