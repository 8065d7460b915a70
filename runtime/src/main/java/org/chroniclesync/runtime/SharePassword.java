// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.chroniclesync.support.files.PrivateFiles;

/**
 * Asks for the password of the page for other devices. It is no argument, which others can see, and
 * no request, which a node could log: it goes by a file that only the owner can read, for a moment.
 */
final class SharePassword {
  private static final String SHARE = "share";
  private static final String FILE = "--password-file";

  private final ControlClient client;
  private final Path data;

  SharePassword(ControlClient client, Path data) {
    this.client = client;
    this.data = data;
  }

  /** Tells whether a password may have to be asked for. */
  static boolean isAsked(List<String> words) {
    return words.size() > 1
        && words.get(0).equals(SHARE)
        && (words.get(1).equals("password") || words.get(1).equals("on"))
        && !words.contains(FILE)
        && !words.contains("--help");
  }

  /** Asks for it, if it has to be set, and does what is asked. */
  Exit run(List<String> words) throws ExitException {
    boolean isSet = words.contains("password");
    if (!isSet && (!Tty.isPresent() || hasOne())) {
      return Shell.once(() -> client.run(words));
    }
    char[] typed = Tty.isPresent() ? twice() : given();
    try {
      return with(typed, words);
    } finally {
      Arrays.fill(typed, '\0');
    }
  }

  private boolean hasOne() throws ExitException {
    try {
      return client.run(List.of(SHARE, "--json")).text().contains("\"password\":true");
    } catch (IOException e) {
      throw new ExitException(Exit.COMMAND, "The node does not answer: " + e.getMessage() + ".");
    }
  }

  /** The first line of the input, for scripts. */
  private static char[] given() throws ExitException {
    try {
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return line == null ? new char[0] : line.toCharArray();
    } catch (IOException e) {
      throw new ExitException(Exit.USAGE, "The password cannot be read: " + e.getMessage() + ".");
    }
  }

  private static char[] twice() throws ExitException {
    char[] one =
        Secrets.line(System.in, System.err, "A password for other devices (it is not shown): ");
    char[] other = Secrets.line(System.in, System.err, "Once more: ");
    boolean same = Arrays.equals(one, other);
    Arrays.fill(other, '\0');
    if (!same) {
      Arrays.fill(one, '\0');
      throw new ExitException(Exit.USAGE, "These are not the same. Nothing was changed.");
    }
    return one;
  }

  private Exit with(char[] typed, List<String> words) throws ExitException {
    try {
      Path folder = Files.createTempDirectory(data.toAbsolutePath(), ".share");
      Path file = folder.resolve("password");
      try {
        PrivateFiles.write(file, StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed)));
        List<String> all = new ArrayList<>(words);
        all.addAll(1, List.of(FILE, file.toString()));
        return Shell.once(() -> client.run(all));
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new ExitException(
          Exit.DATA, "The password cannot be handed over: " + e.getMessage() + ".");
    }
  }
}
