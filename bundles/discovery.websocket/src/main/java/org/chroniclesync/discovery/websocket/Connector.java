// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.discovery.websocket;

import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;

/** Makes the lines of a membership. Called by its loop, but for {@link #close}. */
interface Connector extends AutoCloseable {
  /**
   * Begins to make a line. Returns at once.
   *
   * @throws InterruptedException if the membership is being closed
   */
  CompletableFuture<WebSocket> connect(WebSocket.Listener listener) throws InterruptedException;

  /** Begins nothing new. What was begun ends with the threads of the membership. */
  @Override
  void close();
}
