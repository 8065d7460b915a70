// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of a discovery service on this computer, which hears what it is told. */
record DiscoveryClient(BlockingQueue<String> heard, WebSocket socket) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static DiscoveryClient join(int port, String room, String name) throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public @Nullable CompletionStage<?> onText(
              WebSocket from, CharSequence text, boolean last) {
            heard.add(text.toString());
            from.request(1);
            return null;
          }
        };
    URI uri = URI.create("ws://127.0.0.1:%d/?roomId=%s&clientId=%s".formatted(port, room, name));
    return new DiscoveryClient(heard, HTTP.newWebSocketBuilder().buildAsync(uri, listener).get());
  }

  static String health(int port) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Nullable String next() throws InterruptedException {
    return heard.poll(InstalledNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Returns what the service says next, which is the answer if nothing else happened. */
  @Nullable String ping() throws Exception {
    socket.sendText("{\"type\":\"ping\"}", true).get();
    return next();
  }
}
