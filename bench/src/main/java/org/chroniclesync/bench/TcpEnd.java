// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** One end of a plain TCP connection. */
final class TcpEnd implements Orders {
  private static final int PATIENCE_MILLIS = 300_000;
  private static final int PIECE_BYTES = 65_536;

  private final ServerSocket listener;

  private TcpEnd(ServerSocket listener) {
    this.listener = listener;
  }

  /** The process. */
  static void main() throws Exception {
    PrintStream out = Orders.answers();
    try (ServerSocket listener = new ServerSocket(0)) {
      new TcpEnd(listener).serve(out);
    }
  }

  @Override
  public Object obey(String[] order) throws Exception {
    return switch (order[0]) {
      case "port" -> listener.getLocalPort();
      case "receive" -> receive(Long.parseLong(order[1]));
      case "send" -> send(order[1], Integer.parseInt(order[2]), Long.parseLong(order[3]));
      default -> throw new IllegalArgumentException(order[0]);
    };
  }

  /** Returns the microseconds from the connection until so many bytes are here. */
  private long receive(long bytes) throws IOException {
    listener.setSoTimeout(PATIENCE_MILLIS);
    try (Socket socket = listener.accept()) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      long began = System.nanoTime();
      InputStream in = socket.getInputStream();
      byte[] piece = new byte[PIECE_BYTES];
      for (long received = 0; received < bytes; ) {
        int count = in.read(piece);
        if (count < 0) {
          throw new IOException("the other end has closed after " + received + " bytes");
        }
        received += count;
      }
      return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
    }
  }

  private String send(String host, int port, long bytes) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
      OutputStream out = socket.getOutputStream();
      byte[] piece = new byte[PIECE_BYTES];
      for (long left = bytes; left > 0; left -= PIECE_BYTES) {
        out.write(piece, 0, (int) Math.min(left, PIECE_BYTES));
      }
    }
    return "sent";
  }
}
