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
 * are clients of version 1, without any of which a node tells strangers nothing, and whether what
 * is deleted in a browser is to be gone everywhere.
 */
final class FirstStart {
  private static final int MAX_ANSWER_BYTES = 200;

  /** What is asked once, and then is a setting of the node like any other. */
  enum Question {
    LEGACY(
        """
        Do you use ChronicleSync's browser extension or phone app with these 24 words, or will you?
        If all your devices are nodes like this one, answer n: strangers then learn nothing but that
        a node is there. You can change legacy of org.chroniclesync.core later.
        """,
        "Extension or phone app?",
        true,
        "org.chroniclesync.core",
        "legacy",
        "deny"),
    DELETIONS(
        """
        When you delete pages in a browser of this computer, are they to go from ChronicleSync on all
        your devices, too? Otherwise they stay there. You can change deletions of
        org.chroniclesync.importer.browser later, on the page under Imports.
        """,
        "Delete them everywhere?",
        false,
        "org.chroniclesync.importer.browser",
        "deletions",
        "follow");

    private final String text;
    private final String prompt;
    private final boolean usual;
    final String pid;
    final String key;
    private final String value;

    /**
     * @param usual the answer that an empty line gives, and with which nothing is written down
     * @param value what the other answer sets
     */
    Question(String text, String prompt, boolean usual, String pid, String key, String value) {
      this.text = text;
      this.prompt = prompt;
      this.usual = usual;
      this.pid = pid;
      this.key = key;
      this.value = value;
    }
  }

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
  void ask(Question question, Path conf) throws ExitException {
    out.print(question.text);
    if (isYes(question) != question.usual) {
      write(question, conf);
    }
  }

  /** An end of input, or an empty line, is the default. */
  private boolean isYes(Question question) throws ExitException {
    while (true) {
      out.print(question.prompt + (question.usual ? " [Y/n] " : " [y/N] "));
      out.flush();
      switch (line().strip().toLowerCase(Locale.ROOT)) {
        case "" -> {
          return question.usual;
        }
        case "y", "yes" -> {
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

  private static void write(Question question, Path conf) throws ExitException {
    Path file = conf.resolve(question.pid + ".properties");
    try {
      String before = Files.exists(file) ? Files.readString(file) : "";
      String all = before + (before.isEmpty() || before.endsWith("\n") ? "" : "\n");
      PrivateFiles.createDirectories(conf);
      String line = question.key + " = " + question.value + "\n";
      PrivateFiles.write(file, ByteBuffer.wrap((all + line).getBytes(UTF_8)));
    } catch (IOException e) {
      throw new ExitException(
          Exit.DATA, "The answer cannot be written to " + file + ": " + e + ". Check its owner.");
    }
  }
}
