// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The listening end of the socket. For one thread, but for {@link #wake}. */
final class Door implements AutoCloseable {
  private final SocketFile file;
  private final ServerSocketChannel server;
  private final Selector selector;
  private final Object key;

  private Door(SocketFile file, ServerSocketChannel server, Selector selector) throws IOException {
    this.file = file;
    this.server = server;
    this.selector = selector;
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    key = file.key();
  }

  static Door open(SocketFile file) throws IOException {
    Selector selector = Selector.open();
    try {
      ServerSocketChannel server = file.open();
      try {
        return new Door(file, server, selector);
      } catch (IOException | RuntimeException | Error e) {
        server.close();
        throw e;
      }
    } catch (IOException | RuntimeException | Error e) {
      selector.close();
      throw e;
    }
  }

  /** Waits for a client. Returns null if none came in time. */
  @Nullable SocketChannel accept(Duration patience) throws IOException {
    selector.select(patience.toMillis());
    selector.selectedKeys().clear();
    return server.accept();
  }

  /** Tells whether clients find us: somebody may have deleted the file, or moved the folder. */
  boolean isInPlace() {
    try {
      return server.isOpen() && key.equals(file.key());
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends a wait. For any thread. */
  void wake() {
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    boolean inPlace = isInPlace();
    selector.close();
    server.close();
    if (inPlace) {
      file.remove();
    }
  }
}
