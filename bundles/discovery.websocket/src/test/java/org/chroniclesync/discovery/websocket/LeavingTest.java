// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.Credentials;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.DiscoveryState;
import org.chroniclesync.api.discovery.Membership;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;

/** What a service sees of a room that is left: a goodbye, or at least the end of the line. */
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class LeavingTest {
  private static final int PATIENCE_MILLIS = 60_000;
  private static final String KEY = "Sec-WebSocket-Key: ";

  /** RFC 6455, section 1.3. */
  private static final String ACCEPTED = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  // RFC 6455, sections 5.2 and 5.5.1: a close frame and its code 1000.
  private static final byte[] NORMAL_CLOSURE = {(byte) 0x88, 2, 0x03, (byte) 0xE8};
  private static final int HEAD_BYTES = 2;
  private static final int MASK_BYTES = 4;
  private static final int CLOSE_BYTES = HEAD_BYTES + MASK_BYTES + 2;

  @RepeatedTest(20)
  void aServiceThatDoesNotAnswerIsLeft() throws Exception {
    ServerSocket service = service();
    Membership membership = join(service);
    try (service;
        Socket line = service.accept()) {
      request(line);
      membership.close();
      assertThat(line.getInputStream().read()).isEqualTo(-1);
    }
  }

  @RepeatedTest(50)
  void aServiceThatAnswersMeanwhileIsLeft(RepetitionInfo repetition) throws Exception {
    ServerSocket service = service();
    Membership membership = join(service);
    try (service;
        Socket line = service.accept()) {
      String request = request(line);
      CompletableFuture<Void> answered =
          CompletableFuture.runAsync(
              () -> {
                // Each time a little later than the end begins, which takes a millisecond or two.
                spin(repetition.getCurrentRepetition() * 100_000L);
                answer(line, request);
              });
      membership.close();
      answered.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      assertThat(untilItsEnd(line.getInputStream())).isTrue();
    }
  }

  @RepeatedTest(20)
  void aServiceThatLetUsInIsToldGoodbye() throws Exception {
    Events events = new Events();
    ServerSocket service = service();
    Membership membership = join(service, events);
    try (service;
        Socket line = service.accept()) {
      answer(line, request(line));
      events.state(DiscoveryState.Joined.class);
      membership.close();
      assertThat(lastFrame(line.getInputStream())).isEqualTo(NORMAL_CLOSURE);
    }
  }

  private static ServerSocket service() throws IOException {
    return new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  }

  private static Membership join(ServerSocket service) {
    return join(service, event -> {});
  }

  private static Membership join(ServerSocket service, Consumer<DiscoveryEvent> listener) {
    String url = "ws://127.0.0.1:" + service.getLocalPort();
    return new WebSocketDiscovery(TestConfig.of(url, Map.of()))
        .join(new RoomId("room"), Credentials.withoutKey(new PeerId("me")), listener);
  }

  private static String request(Socket line) throws IOException {
    line.setSoTimeout(PATIENCE_MILLIS);
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      head.write(line.getInputStream().read());
    }
    return head.toString(ISO_8859_1);
  }

  private static void answer(Socket line, String request) {
    String key = request.lines().filter(it -> it.startsWith(KEY)).findFirst().orElseThrow();
    String text = key.substring(KEY.length()) + ACCEPTED;
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(ISO_8859_1));
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + ("Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(hash))
              + "\r\n\r\n";
      line.getOutputStream().write(answer.getBytes(ISO_8859_1));
    } catch (IOException e) {
      // It was left before it answered.
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }

  /**
   * Reads to the end of the line and returns the last frame unmasked, as {@link #NORMAL_CLOSURE}
   * has it.
   */
  private static byte[] lastFrame(InputStream line) throws IOException {
    byte[] said = line.readAllBytes();
    byte[] last = Arrays.copyOfRange(said, said.length - CLOSE_BYTES, said.length);
    return new byte[] {last[0], (byte) (last[1] & 0x7F), unmasked(last, 0), unmasked(last, 1)};
  }

  private static byte unmasked(byte[] frame, int index) {
    return (byte) (frame[HEAD_BYTES + MASK_BYTES + index] ^ frame[HEAD_BYTES + index]);
  }

  /** Returns false if the line stays open; a reset is an end as well. */
  private static boolean untilItsEnd(InputStream in) throws IOException {
    try {
      in.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }
}
