// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * What a session sends: what commands print, and after each command one byte that tells its end.
 */
final class Answers extends OutputStream {
  /** Ends the output of a command that went well. */
  static final byte DONE = 0x04;

  /** Ends the output of a command that failed. */
  static final byte FAILED = 0x15;

  private static final long NOT_WRITING = Long.MIN_VALUE;

  private final SocketChannel channel;
  private final PrintStream print = new PrintStream(this, true, StandardCharsets.UTF_8);

  private volatile long writingSince = NOT_WRITING;

  Answers(SocketChannel channel) {
    this.channel = channel;
  }

  /** What commands print to. */
  PrintStream print() {
    return print;
  }

  void end(String text, byte end) throws IOException {
    if (!text.isEmpty()) {
      print.println(text);
    }
    print.flush();
    send(ByteBuffer.wrap(new byte[] {end}));
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    for (int i = offset; i < offset + length; i++) {
      // Only the session itself tells the end.
      buffer.put(bytes[i] == DONE || bytes[i] == FAILED ? (byte) '?' : bytes[i]);
    }
    send(buffer.flip());
  }

  /** How long a write has waited for the client to read; 0 if none waits. */
  long waitsNanos() {
    long since = writingSince;
    return since == NOT_WRITING ? 0 : System.nanoTime() - since;
  }

  private synchronized void send(ByteBuffer buffer) throws IOException {
    try {
      while (buffer.hasRemaining()) {
        writingSince = System.nanoTime();
        channel.write(buffer);
      }
    } finally {
      writingSince = NOT_WRITING;
    }
  }
}
