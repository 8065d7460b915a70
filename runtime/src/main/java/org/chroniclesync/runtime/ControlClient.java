// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A session with a running node. After each command's output the node sends one byte. */
final class ControlClient implements AutoCloseable {
  private static final byte DONE = 0x04;
  private static final byte FAILED = 0x15;
  private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;
  private static final int BUFFER_BYTES = 8_192;

  /**
   * What a command said.
   *
   * @param ok false if it failed
   * @param text its output
   */
  record Answer(boolean ok, String text) {}

  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();

  ControlClient(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
  }

  /** Runs one line. */
  Answer run(String line) throws IOException {
    ByteBuffer out = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (out.hasRemaining()) {
      channel.write(out);
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (true) {
      byte next = next();
      if (next == DONE || next == FAILED) {
        return new Answer(next == DONE, text.toString(StandardCharsets.UTF_8).stripTrailing());
      }
      if (text.size() == MAX_ANSWER_BYTES) {
        throw new IOException("an answer of more than " + MAX_ANSWER_BYTES + " bytes");
      }
      text.write(next);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private byte next() throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.clear();
      int read = channel.read(buffer);
      buffer.flip();
      if (read < 0) {
        throw new EOFException("the node ended the session");
      }
    }
    return buffer.get();
  }
}
