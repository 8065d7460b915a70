// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.discovery.RoomId;
import org.jspecify.annotations.Nullable;

/** The client of the JDK, made when the first line is. All its threads are the membership's. */
final class HttpConnector implements Connector {
  private final Settings settings;
  private final URI uri;
  private final Threads threads;
  private final ExecutorService io;
  private @Nullable HttpClient http;

  HttpConnector(Settings settings, RoomId room, PeerId self, Threads threads) {
    this.settings = settings;
    this.uri = uri(settings.url(), self, room);
    this.threads = threads;
    this.io = Executors.newCachedThreadPool(threads);
  }

  private static URI uri(URI url, PeerId self, RoomId room) {
    String query =
        "clientId="
            + URLEncoder.encode(self.value(), UTF_8)
            + "&roomId="
            + URLEncoder.encode(room.value(), UTF_8)
            // A service that knows of proofs asks for one; others do not look at it.
            + (self.isNode() ? "&proof=1" : "");
    String text = url.toString();
    if (url.getRawQuery() != null) {
      return URI.create(text + "&" + query);
    }
    String path = url.getRawPath().isEmpty() ? "/" : "";
    return URI.create(text + path + "?" + query);
  }

  @Override
  public CompletableFuture<WebSocket> connect(WebSocket.Listener listener)
      throws InterruptedException {
    return client()
        .newWebSocketBuilder()
        .connectTimeout(settings.connectTimeout())
        .buildAsync(uri, listener);
  }

  private HttpClient client() throws InterruptedException {
    HttpClient made = http;
    if (made == null) {
      made =
          threads.make(
              () ->
                  HttpClient.newBuilder()
                      .version(HttpClient.Version.HTTP_1_1)
                      .executor(io)
                      .build());
      http = made;
    }
    return made;
  }

  @Override
  public void close() {
    io.shutdownNow();
  }
}
