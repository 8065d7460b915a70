// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.chroniclesync.support.files.PrivateFiles;

/**
 * What is asked at a terminal when a device joins its account. Only a person knows whether there
 * are clients of version 1, and without any a node tells strangers nothing.
 */
final class FirstStart {
  private static final int MAX_ANSWER_BYTES = 200;
  private static final String QUESTION =
      """
      Do you use ChronicleSync's browser extension or phone app with these 24 words, or will you?
      If all your devices are nodes like this one, answer n: strangers then learn nothing but that
      a node is there. You can change legacy of org.chroniclesync.core later.
      """;

  private final InputStream in;
  private final PrintStream out;

  /** Reads no further than the end of a line: the rest is for the prompt. */
  FirstStart(InputStream in, PrintStream out) {
    this.in = in;
    this.out = out;
  }

  /** Asks, and writes down the answer if it is another than the default. */
  void ask(Path conf) throws ExitException {
    out.print(QUESTION);
    if (!isYes()) {
      write(conf);
    }
  }

  /** An end of input, or an empty line, is the default. */
  private boolean isYes() throws ExitException {
    while (true) {
      out.print("Extension or phone app? [Y/n] ");
      out.flush();
      switch (line().strip().toLowerCase(Locale.ROOT)) {
        case "", "y", "yes" -> {
          return true;
        }
        case "n", "no" -> {
          return false;
        }
        default -> out.println("Answer y or n.");
      }
    }
  }

  private String line() throws ExitException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (line.size() < MAX_ANSWER_BYTES) {
          line.write(next);
        }
      }
    } catch (IOException e) {
      throw new ExitException(Exit.USAGE, "The answer cannot be read: " + e.getMessage() + ".");
    }
    return line.toString(UTF_8);
  }

  private static void write(Path conf) throws ExitException {
    Path file = conf.resolve("org.chroniclesync.core.properties");
    try {
      String before = Files.exists(file) ? Files.readString(file) : "";
      String all = before + (before.isEmpty() || before.endsWith("\n") ? "" : "\n");
      PrivateFiles.createDirectories(conf);
      PrivateFiles.write(file, ByteBuffer.wrap((all + "legacy = deny\n").getBytes(UTF_8)));
    } catch (IOException e) {
      throw new ExitException(
          Exit.DATA, "The answer cannot be written to " + file + ": " + e + ". Check its owner.");
    }
  }
}
