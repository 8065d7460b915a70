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

  private static final String WORDS =
      """
      Does another device of yours run ChronicleSync already?
        1  no: this is the first one, and gets new words
        2  yes, and I have its 24 words
        3  yes, and it shows a code: run pair there
      """;

  /** Where the words of this device come from. */
  sealed interface Choice {
    /** It gets new ones. */
    record New() implements Choice {}

    /** They were typed. */
    record Words(Mnemonic mnemonic) implements Choice {}

    /** From another device, once this one runs. */
    record Code(String code) implements Choice {}
  }

  private final InputStream in;
  private final PrintStream out;

  /** Reads no further than the end of a line: the rest is for the prompt. */
  FirstStart(InputStream in, PrintStream out) {
    this.in = in;
    this.out = out;
  }

  /** Asks where the words come from. An end of input, or an empty line, is the default. */
  Choice askWords() throws ExitException {
    out.print(WORDS);
    while (true) {
      out.print("[1/2/3, or nothing for 1] ");
      out.flush();
      switch (line().strip()) {
        case "", "1" -> {
          return new Choice.New();
        }
        case "2" -> {
          return new Choice.Words(typed());
        }
        case "3" -> {
          out.print("Code: ");
          out.flush();
          return new Choice.Code(line().strip());
        }
        default -> out.println("Answer 1, 2 or 3.");
      }
    }
  }

  private Mnemonic typed() throws ExitException {
    while (true) {
      char[] words = Secrets.line(in, out, "The 24 words (they are not shown): ");
      if (words.length == 0) {
        throw new ExitException(Exit.DATA, "No words were typed; nothing was changed.");
      }
      try {
        return Mnemonic.typed(words);
      } catch (ExitException e) {
        out.println(e.getMessage());
      }
    }
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
