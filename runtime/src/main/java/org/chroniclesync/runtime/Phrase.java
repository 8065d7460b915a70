// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Shows the mnemonic on a terminal, and nowhere else. */
final class Phrase {
  private final Path data;

  Phrase(List<String> args) throws ExitException {
    Arguments arguments = new Arguments(args, Set.of("--data"), Set.of());
    String given = arguments.last("--data");
    data = given == null ? Launcher.defaultData(Role.NODE) : Path.of(given);
  }

  Exit run() throws ExitException {
    Path file = DataFolder.phrase(data);
    if (!Files.exists(file)) {
      throw new ExitException(
          Exit.DATA, data + " has no mnemonic yet; the first start creates one.");
    }
    if (!Tty.isPresent()) {
      throw new ExitException(
          Exit.USAGE, "The mnemonic is only shown on a terminal. It is in the file " + file + ".");
    }
    System.out.println(
        "These 24 words unlock your whole history. Anyone who sees them can read it.");
    System.out.print("Make sure that nobody can see your screen, then type yes: ");
    System.out.flush();
    if (confirmed()) {
      show(file);
    }
    return Exit.STOPPED;
  }

  private static boolean confirmed() throws ExitException {
    try {
      var lines = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
      String answer = lines.readLine();
      return answer != null && answer.strip().equals("yes");
    } catch (IOException e) {
      throw new ExitException(Exit.USAGE, "The terminal cannot be read: " + e.getMessage());
    }
  }

  private static void show(Path file) throws ExitException {
    byte[] phrase = new byte[0];
    try {
      phrase = Files.readAllBytes(file);
      System.out.write(phrase, 0, phrase.length);
      System.out.println();
    } catch (IOException e) {
      throw new ExitException(Exit.DATA, "The mnemonic cannot be read: " + e.getMessage());
    } finally {
      Arrays.fill(phrase, (byte) 0);
    }
  }
}
