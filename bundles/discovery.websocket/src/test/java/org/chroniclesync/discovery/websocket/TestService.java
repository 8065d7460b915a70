// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** A service that says what a test wants. */
final class TestService extends WebSocketServer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  final BlockingQueue<WebSocket> opened = new LinkedBlockingQueue<>();
  private final CountDownLatch started = new CountDownLatch(1);
  private final BiConsumer<WebSocket, String> script;

  TestService(int port, BiConsumer<WebSocket, String> script) throws InterruptedException {
    super(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
    this.script = script;
    setReuseAddr(true);
    start();
    if (!started.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the service does not start");
    }
  }

  /** Answers pings and says who is there. */
  static BiConsumer<WebSocket, String> peers(String... peers) {
    return (line, text) -> {
      if (text.contains("\"ping\"")) {
        line.send("{\"type\":\"pong\"}");
      } else if (text.contains("get-peers")) {
        String list = peers.length == 0 ? "" : "\"" + String.join("\",\"", peers) + "\"";
        line.send("{\"type\":\"peers\",\"peers\":[" + list + "]}");
      }
    };
  }

  String url() {
    return "ws://127.0.0.1:" + getPort();
  }

  WebSocket line() throws InterruptedException {
    WebSocket line = opened.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("nobody came");
    }
    return line;
  }

  String heard() throws InterruptedException {
    String text = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (text == null) {
      throw new AssertionError("nothing was said");
    }
    return text;
  }

  @Override
  public void onOpen(WebSocket line, ClientHandshake handshake) {
    line.setAttachment(handshake.getResourceDescriptor());
    opened.add(line);
  }

  @Override
  public void onClose(WebSocket line, int code, String reason, boolean remote) {
    // Not remembered: here the end of the line may overtake the goodbye before it.
  }

  @Override
  public void onMessage(WebSocket line, String text) {
    received.add(text);
    script.accept(line, text);
  }

  @Override
  public void onError(@Nullable WebSocket line, Exception error) {
    received.add("error " + error);
  }

  @Override
  public void onStart() {
    started.countDown();
  }

  @Override
  public void close() {
    try {
      stop(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
