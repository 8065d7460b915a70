// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.chroniclesync.support.files.PrivateFiles;

/** A file with what nobody else should see, named in a command. */
final class SecretFile {
  /** Words and passwords are far shorter. */
  private static final int MAX_BYTES = 1_024;

  private SecretFile() {}

  /**
   * Reads it.
   *
   * @param given the path of the file, from its root on
   * @return what is in it, to be wiped
   * @throws IllegalArgumentException if it cannot be read, or others can
   */
  static char[] read(String given) {
    try {
      Path file = Path.of(given);
      if (!file.isAbsolute()) {
        throw new IllegalArgumentException("Give the whole path of the file, from its root on.");
      }
      if (!Files.isRegularFile(file)) {
        throw new IllegalArgumentException(Terminal.safe(given, 200) + " is not a file.");
      }
      if (PrivateFiles.isOpenToOthers(file)) {
        throw new IllegalArgumentException(
            "Others can read " + Terminal.safe(given, 200) + ". Run chmod 600 on it first.");
      }
      return characters(file);
    } catch (InvalidPathException | IOException e) {
      throw new IllegalArgumentException(
          "The file cannot be read: " + Terminal.safe(String.valueOf(e.getMessage()), 200) + ".",
          e);
    }
  }

  private static char[] characters(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES);
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      char[] characters = new char[text.remaining()];
      text.get(characters);
      Arrays.fill(bytes, (byte) 0);
      return characters;
    }
  }
}
