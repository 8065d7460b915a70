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

  /** Begins what is for the person, not part of the output. */
  static final byte NOTE = 0x0e;

  /** Ends it. */
  static final byte NOTE_END = 0x0f;

  /** Ends the output of a command that failed. */
  static final byte FAILED = 0x15;

  private static final long NOT_WRITING = Long.MIN_VALUE;

  private final SocketChannel channel;
  private final PrintStream print = new PrintStream(this, true, StandardCharsets.UTF_8);

  private volatile long writingSince = NOT_WRITING;

  Answers(SocketChannel channel) {
    this.channel = channel;
  }

  private final PrintStream notes = new PrintStream(new NoteStream(), true, StandardCharsets.UTF_8);

  /** What a person is told while a command runs: apart from what it prints. */
  PrintStream notes() {
    return notes;
  }

  private final class NoteStream extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(length + 2).put(NOTE);
      plain(bytes, offset, length, buffer);
      send(buffer.put(NOTE_END).flip());
    }
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
    plain(bytes, offset, length, buffer);
    send(buffer.flip());
  }

  private static void plain(byte[] bytes, int offset, int length, ByteBuffer to) {
    for (int i = offset; i < offset + length; i++) {
      // Only the session itself tells where something ends.
      boolean sign =
          switch (bytes[i]) {
            case DONE, FAILED, NOTE, NOTE_END -> true;
            default -> false;
          };
      to.put(sign ? (byte) '?' : bytes[i]);
    }
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
