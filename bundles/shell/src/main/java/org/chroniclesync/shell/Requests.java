// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What comes in at the control socket: lines as a person types them, and commands whose words are
 * already apart, as the shell of the system hands them over. A command is the byte {@value #WORDS},
 * the number of its words as an {@code int}, then each word as the number of its bytes and these in
 * UTF-8. For one thread.
 */
final class Requests {
  static final int WORDS = 0x01;
  static final int MAX_WORDS = 1_000;

  private final DataInputStream in;
  private final int maxBytes;

  /** One of them. */
  sealed interface Request permits Line, Command {}

  /** A line. */
  record Line(String text) implements Request {}

  /** A command and its arguments, each exactly as it was given. */
  record Command(List<String> words) implements Request {}

  /** What cannot be read to its end. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLongException(String message) {
      super(message);
    }
  }

  Requests(InputStream in, int maxBytes) {
    this.in = new DataInputStream(in);
    this.maxBytes = maxBytes;
  }

  /**
   * Waits for the next.
   *
   * @return null at the end
   * @throws TooLongException if it is too long
   */
  @Nullable Request next() throws IOException {
    int first = in.read();
    if (first == WORDS) {
      return new Command(words());
    }
    String line = line(first);
    return line == null ? null : new Line(line);
  }

  private List<String> words() throws IOException {
    int count = in.readInt();
    if (count < 1 || count > MAX_WORDS) {
      throw new TooLongException("A command may have at most " + MAX_WORDS + " words.");
    }
    List<String> words = new ArrayList<>();
    int left = maxBytes;
    for (int i = 0; i < count; i++) {
      int length = in.readInt();
      if (length < 0 || length > left) {
        throw tooLong();
      }
      left -= length;
      words.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }
    return words;
  }

  private @Nullable String line(int first) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int read = first;
    while (read >= 0 && read != '\n') {
      if (line.size() >= maxBytes) {
        throw tooLong();
      }
      line.write(read);
      read = in.read();
    }
    return read < 0 && line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8).strip();
  }

  private TooLongException tooLong() {
    return new TooLongException("A line may have at most " + maxBytes + " bytes.");
  }
}
