// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * A session with a running node. After each command's output the node sends one byte. Whatever the
 * node does, no call takes longer than the patience that it was given.
 */
final class ControlClient implements AutoCloseable {
  private static final byte WORDS = 0x01;
  private static final byte DONE = 0x04;
  private static final byte FAILED = 0x15;
  private static final byte NOTE = 0x0e;
  private static final byte NOTE_END = 0x0f;
  private static final int MAX_ANSWER_BYTES = 16 * 1024 * 1024;
  private static final int MAX_NOTE_BYTES = 64 * 1024;
  private static final int BUFFER_BYTES = 8_192;

  /** An answer that is longer is passed on while it comes. */
  static final int HELD_BYTES = 64 * 1024;

  /** How long a node that is well takes at most to greet, even on a busy machine. */
  private static final Duration GREETING = Duration.ofSeconds(10);

  /** How long a node whose queue of connections is full is asked again after. */
  private static final long RETRY_MILLIS = 50;

  /**
   * What a command said.
   *
   * @param ok false if it failed
   * @param text its output
   */
  record Answer(boolean ok, String text) {}

  /** The node is there and does not answer. */
  static final class SilentException extends IOException {
    private static final long serialVersionUID = 1L;

    SilentException(Duration patience) {
      super("the node did not answer within " + patience.toSeconds() + " s");
    }
  }

  /** The node answered, and has no place for another session. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String why) {
      super(why);
    }
  }

  private record Deadline(Duration patience, long nanos) {
    static Deadline in(Duration patience) {
      return new Deadline(patience, System.nanoTime() + patience.toNanos());
    }
  }

  /** Where the answer to a long command goes. */
  interface Listener {
    /** Takes the beginning of an answer that is too long to be held. */
    void output(byte[] bytes) throws IOException;

    /** Takes what a person is told while the command runs. */
    void note(String text);
  }

  private static final Listener NOBODY =
      new Listener() {
        @Override
        public void output(byte[] bytes) throws IOException {
          throw new IOException("an answer of more than " + MAX_ANSWER_BYTES + " bytes");
        }

        @Override
        public void note(String text) {
          // A prompt has no place for it.
        }
      };

  private final Duration patience;
  private final SocketChannel channel;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();

  /**
   * Connects, and asks whether somebody is there: the system accepts connections for a node that
   * hangs, too.
   *
   * @param socket the file of the socket
   * @param patience how long to wait for each answer
   * @throws SilentException if the node does not answer
   * @throws RefusedException if the node answers and does not want another session
   * @throws IOException if no node is there
   */
  ControlClient(Path socket, Duration patience) throws IOException {
    this.patience = patience;
    Duration greeting = patience.compareTo(GREETING) < 0 ? patience : GREETING;
    channel = connect(socket, greeting);
    try {
      channel.configureBlocking(false);
      selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      Answer answer = run("", greeting);
      if (!answer.ok()) {
        throw new RefusedException(answer.text());
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static SocketChannel connect(Path socket, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      SocketChannel made = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        // A blocking one waits for as long as the queue of a node that accepts nobody is full.
        made.configureBlocking(false);
        if (made.connect(UnixDomainSocketAddress.of(socket))) {
          return made;
        }
      } catch (IOException e) {
        if (e instanceof ConnectException || !Files.exists(socket)) {
          made.close();
          throw e;
        }
      }
      made.close();
      if (System.nanoTime() > deadline) {
        throw new SilentException(patience);
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Runs a line as it is typed at the prompt. */
  Answer run(String line) throws IOException {
    return run(line, patience);
  }

  /** The same for a command that may take long and print much. */
  Answer run(String line, Listener listener) throws IOException {
    send(lined(line), Deadline.in(patience));
    return answer(() -> Deadline.in(patience), HELD_BYTES, listener);
  }

  /**
   * Runs a command whose words are apart already; nothing in them has a meaning to anybody else.
   */
  Answer run(List<String> words) throws IOException {
    return run(framed(words), patience);
  }

  /**
   * Runs a command that may take long and print much. The patience is for its silence: it begins
   * anew with all that comes.
   *
   * @return the end of the answer that was not passed on
   */
  Answer run(List<String> words, Listener listener) throws IOException {
    send(framed(words), Deadline.in(patience));
    return answer(() -> Deadline.in(patience), HELD_BYTES, listener);
  }

  private static ByteBuffer framed(List<String> words) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(WORDS);
      out.writeInt(words.size());
      for (String word : words) {
        byte[] text = word.getBytes(StandardCharsets.UTF_8);
        out.writeInt(text.length);
        out.write(text);
      }
    }
    return ByteBuffer.wrap(bytes.toByteArray());
  }

  private Answer run(String line, Duration patience) throws IOException {
    return run(lined(line), patience);
  }

  private static ByteBuffer lined(String line) {
    return ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private Answer run(ByteBuffer request, Duration patience) throws IOException {
    Deadline deadline = Deadline.in(patience);
    send(request, deadline);
    return answer(() -> deadline, MAX_ANSWER_BYTES, NOBODY);
  }

  private Answer answer(Supplier<Deadline> deadlines, int maxBytes, Listener listener)
      throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (true) {
      byte next = next(deadlines);
      switch (next) {
        case DONE, FAILED -> {
          return new Answer(next == DONE, text.toString(StandardCharsets.UTF_8).stripTrailing());
        }
        case NOTE -> {
          String note = note(deadlines);
          if (!note.isEmpty()) {
            listener.note(note);
          } else if (listener != NOBODY) {
            // What has come is to be shown now, and does not say why the command failed.
            listener.output(text.toByteArray());
            text.reset();
          }
        }
        default -> {
          if (text.size() == maxBytes) {
            listener.output(text.toByteArray());
            text.reset();
          }
          text.write(next);
        }
      }
    }
  }

  private String note(Supplier<Deadline> deadlines) throws IOException {
    ByteArrayOutputStream note = new ByteArrayOutputStream();
    for (byte next = next(deadlines); next != NOTE_END; next = next(deadlines)) {
      if (note.size() < MAX_NOTE_BYTES) {
        note.write(next);
      }
    }
    return note.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }

  private void send(ByteBuffer line, Deadline deadline) throws IOException {
    while (channel.write(line) >= 0 && line.hasRemaining()) {
      await(SelectionKey.OP_WRITE, deadline);
    }
  }

  private byte next(Supplier<Deadline> deadlines) throws IOException {
    if (buffer.hasRemaining()) {
      return buffer.get();
    }
    Deadline deadline = deadlines.get();
    while (!buffer.hasRemaining()) {
      buffer.clear();
      int read = channel.read(buffer);
      buffer.flip();
      if (read < 0) {
        throw new EOFException("the node ended the session");
      }
      if (read == 0) {
        await(SelectionKey.OP_READ, deadline);
      }
    }
    return buffer.get();
  }

  private void await(int operation, Deadline deadline) throws IOException {
    long millis = Duration.ofNanos(deadline.nanos() - System.nanoTime()).toMillis();
    if (millis <= 0) {
      throw new SilentException(deadline.patience());
    }
    channel.keyFor(selector).interestOps(operation);
    selector.select(millis);
    selector.selectedKeys().clear();
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
  }
}
