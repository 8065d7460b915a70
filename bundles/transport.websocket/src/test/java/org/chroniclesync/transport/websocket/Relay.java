// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.transport.websocket;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A way between two ends that can stop to carry anything, as a pulled cable does. */
final class Relay implements Closeable {
  private final List<Closeable> open = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean held;

  /** Returns the port that leads to another one. */
  int to(int port) throws IOException {
    ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    open.add(server);
    run(
        () -> {
          while (true) {
            Socket in = server.accept();
            Socket out = new Socket(InetAddress.getLoopbackAddress(), port);
            open.add(in);
            open.add(out);
            run(() -> carry(in, out));
            run(() -> carry(out, in));
          }
        });
    return server.getLocalPort();
  }

  void hold() {
    held = true;
  }

  private void carry(Socket from, Socket to) throws IOException, InterruptedException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] buffer = new byte[8_192];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      if (held) {
        over.await();
      }
      out.write(buffer, 0, count);
    }
  }

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private static void run(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException | InterruptedException e) {
                // The end.
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    over.countDown();
    for (Closeable each : open) {
      each.close();
    }
  }
}
