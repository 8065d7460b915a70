// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One command through a node's control socket. */
final class ControlSocket {
  private static final int DONE = 0x04;
  private static final int FAILED = 0x15;

  private ControlSocket() {}

  static String run(Path socket, String line) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ByteBuffer command = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (command.hasRemaining()) {
        channel.write(command);
      }
      return answer(Channels.newInputStream(channel));
    }
  }

  private static String answer(InputStream in) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int next = in.read(); ; next = in.read()) {
      if (next == DONE) {
        return text.toString(StandardCharsets.UTF_8).strip();
      }
      if (next == FAILED) {
        throw new IOException(text.toString(StandardCharsets.UTF_8).strip());
      }
      if (next < 0) {
        throw new EOFException("the node closed the control socket");
      }
      text.write(next);
    }
  }
}
