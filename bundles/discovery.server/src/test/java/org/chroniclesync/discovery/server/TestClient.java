// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client as a browser would be one: the JDK's WebSocket. */
final class TestClient implements WebSocket.Listener, AutoCloseable {
  record Closed(int code, String reason) {}

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Closed> closed = new CompletableFuture<>();
  private final StringBuilder part = new StringBuilder();
  private final WebSocket socket;

  TestClient(URI uri) throws InterruptedException {
    this(HTTP, uri);
  }

  TestClient(HttpClient http, URI uri) throws InterruptedException {
    try {
      socket = http.newWebSocketBuilder().buildAsync(uri, this).get();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  static TestClient joined(TestServer server, String room, String client) throws Exception {
    TestClient joined = new TestClient(server.room(room, client));
    joined.say("{\"type\":\"ping\"}");
    joined.hears("{\"type\":\"pong\"}");
    return joined;
  }

  void say(String text) throws Exception {
    socket.sendText(text, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  void sayBinary(byte[] bytes) throws Exception {
    socket.sendBinary(ByteBuffer.wrap(bytes), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** The next message, which must be this one. */
  void hears(String text) throws InterruptedException {
    String next = next();
    if (!text.equals(next)) {
      throw new AssertionError("expected " + text + " but heard " + next);
    }
  }

  @Nullable String next() throws InterruptedException {
    return received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  List<String> rest() {
    List<String> rest = new ArrayList<>();
    received.drainTo(rest);
    return rest;
  }

  /** True if nothing was said before the answer to a ping. */
  boolean heardNothing() throws Exception {
    say("{\"type\":\"ping\"}");
    return "{\"type\":\"pong\"}".equals(next());
  }

  Closed awaitClosed() throws Exception {
    return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  void leave() throws Exception {
    socket.sendClose(1000, "").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
    part.append(text);
    if (last) {
      received.add(part.toString());
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(new Closed(code, reason));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
