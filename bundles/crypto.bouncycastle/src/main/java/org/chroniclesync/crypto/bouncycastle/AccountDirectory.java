// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A directory of small secret files, which only their owner may read. */
final class AccountDirectory {
  /** Largest file that is read. */
  static final int MAX_FILE_BYTES = 4_096;

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final Path directory;
  private final boolean posix;

  /**
   * Opens the directory, and makes it where there is none.
   *
   * @throws IllegalStateException if others may write to it
   */
  AccountDirectory(Path directory) {
    this.directory = directory;
    posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, only("rwx------"));
      }
      // Who may write to it may put another mnemonic in place of ours.
      if (others(directory, OTHERS_WRITE)) {
        throw new IllegalStateException(
            directory + " can be written to by others. Run: chmod 700 " + directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the directory " + directory, e);
    }
  }

  Path path(String name) {
    return directory.resolve(name);
  }

  /**
   * Reads a file.
   *
   * @return its characters, which the receiver wipes, or null if there is none
   * @throws IllegalStateException if others may read or write it, or it is no short text
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
   * Reads a file that can be made anew.
   *
   * @return its characters, which the receiver wipes, or null if there is none, or no short text
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
      Path temporary = Files.createTempFile(directory, "." + name, ".tmp", only("rw-------"));
      try {
        writeThrough(temporary, bytes);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      forceDirectory();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    } finally {
      Arrays.fill(bytes.array(), (byte) 0);
    }
  }

  private static void writeThrough(Path file, ByteBuffer bytes) throws IOException {
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  // Elsewhere than on POSIX a directory cannot be opened, and needs not be.
  private void forceDirectory() throws IOException {
    if (posix) {
      try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
        opened.force(true);
      }
    }
  }

  private void check(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new DamagedFileException(file + " is no file");
    }
    if (others(file, OTHERS)) {
      throw new IllegalStateException(
          file + " can be read or written by others. Run: chmod 600 " + file);
    }
  }

  private boolean others(Path path, Set<PosixFilePermission> what) throws IOException {
    return posix && Files.getPosixFilePermissions(path).stream().anyMatch(what::contains);
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
      throw new DamagedFileException(file + " is no UTF-8 text");
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private FileAttribute<?>[] only(String permissions) {
    // Elsewhere than on POSIX a new file inherits the rights of the user's own directory.
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** What stands there is no short text, so it is none of ours. */
  private static final class DamagedFileException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    DamagedFileException(String message) {
      super(message);
    }
  }
}
