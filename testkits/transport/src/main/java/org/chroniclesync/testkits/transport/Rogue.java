// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.transport;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One who was not invited: connects to what listens, says what nobody understands, and stays. */
final class Rogue implements Closeable {
  private static final int CONNECTIONS = 60;
  private static final List<byte[]> WORDS =
      List.of(
          new byte[0],
          new byte[] {0},
          "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII),
          // The beginning of a TLS handshake of the greatest length, which never comes.
          new byte[] {22, 3, 1, 64, 0, 1, 0, 63, (byte) 252, 3, 3},
          new byte[65_536]);

  private final List<Closeable> open = new ArrayList<>();

  void connect(int port) {
    for (int i = 0; i < CONNECTIONS; i++) {
      try {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        open.add(socket);
        socket.getOutputStream().write(WORDS.get(i % WORDS.size()));
      } catch (IOException e) {
        // Thrown out, as it should be.
      }
    }
  }

  void send(int port) throws IOException {
    DatagramSocket socket = new DatagramSocket();
    open.add(socket);
    for (byte[] words : WORDS) {
      int length = Math.min(words.length, 1_200);
      try {
        socket.send(new DatagramPacket(words, length, InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        // Nobody is there any more.
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : open) {
      each.close();
    }
  }
}
