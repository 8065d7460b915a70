// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/** A directory of small secret files, which only their owner may read. */
final class AccountDirectory {
  /** Largest file that is read. */
  static final int MAX_FILE_BYTES = 4_096;

  private final Path directory;

  /**
   * Opens the directory, and makes it where there is none.
   *
   * @throws IllegalStateException if others may write to it
   */
  AccountDirectory(Path directory) {
    this.directory = directory;
    try {
      PrivateFiles.createDirectories(directory);
      // Anyone who can write to it could replace our mnemonic.
      if (PrivateFiles.isWritableByOthers(directory)) {
        throw new IllegalStateException(
            directory + " is writable by others. Run: chmod 700 " + directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the directory " + directory, e);
    }
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /** Tells whether there is no file but drafts, whose names begin with a dot. */
  boolean isEmpty() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "[!.]*")) {
      return !files.iterator().hasNext();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the directory " + directory, e);
    }
  }

  /**
   * Reads a file.
   *
   * @return its characters, which the receiver wipes, or null if there is none
   * @throws IllegalStateException if others may read or write it, or it is not a short text
   */
  char @Nullable [] read(String name) {
    Path file = path(name);
    try {
      if (!Files.exists(file)) {
        return null;
      }
      check(file);
      return decode(file, bytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /**
   * Reads a file that can be created again.
   *
   * @return its characters, which the receiver wipes, or null if there is none, or it is not a
   *     short text
   * @throws IllegalStateException if others may read or write it
   */
  char @Nullable [] readUnlessDamaged(String name) {
    try {
      return read(name);
    } catch (DamagedFileException e) {
      return null;
    }
  }

  /**
   * Writes a file so that there is the whole of it or nothing, also after a loss of power.
   *
   * @param text what to write; not changed
   */
  void write(String name, char[] text) {
    Path file = path(name);
    ByteBuffer bytes = ByteBuffer.allocate(MAX_FILE_BYTES);
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), bytes, true);
    bytes.flip();
    try {
      PrivateFiles.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    } finally {
      Arrays.fill(bytes.array(), (byte) 0);
    }
  }

  /**
   * Deletes a file.
   *
   * @return false if there was none
   */
  boolean delete(String name) {
    try {
      return Files.deleteIfExists(path(name));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path(name), e);
    }
  }

  private static void check(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new DamagedFileException(file + " is not a file");
    }
    if (PrivateFiles.isOpenToOthers(file)) {
      throw new IllegalStateException(
          file + " is readable or writable by others. Run: chmod 600 " + file);
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        Arrays.fill(bytes, (byte) 0);
        throw new DamagedFileException(file + " has more than " + MAX_FILE_BYTES + " bytes");
      }
      return bytes;
    }
  }

  private static char[] decode(Path file, byte[] bytes) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      char[] chars = Arrays.copyOf(text.array(), text.limit());
      Arrays.fill(text.array(), '\0');
      return chars;
    } catch (CharacterCodingException e) {
      throw new DamagedFileException(file + " is not UTF-8 text");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** The file does not hold a short text, so this node did not write it. */
  private static final class DamagedFileException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    DamagedFileException(String message) {
      super(message);
    }
  }
}
