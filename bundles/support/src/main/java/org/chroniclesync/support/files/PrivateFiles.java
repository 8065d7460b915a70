// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Makes and writes files and directories that only their owner may read.
 *
 * <p>Where the file system has no POSIX permissions, as on Windows, a new file inherits the rights
 * of the user's own directory, and nothing is checked.
 *
 * <p>Stateless and safe for use by several threads. Every method does I/O and may block. No
 * argument is null.
 */
public final class PrivateFiles {
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private PrivateFiles() {}

  /**
   * Makes a directory and those above it that are missing. One that is there keeps its permissions.
   *
   * @param directory the directory
   * @throws IOException if it cannot be made
   */
  public static void createDirectories(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, only(directory, DIRECTORY));
    }
  }

  /**
   * Makes an empty file where there is none. One that is there keeps its permissions.
   *
   * @param file the file
   * @throws IOException if it cannot be made
   */
  public static void create(Path file) throws IOException {
    try {
      Files.createFile(file, only(file, FILE));
    } catch (FileAlreadyExistsException e) {
      // Its owner decided who may read it.
      return;
    }
  }

  /**
   * Takes all rights from everybody but the owner.
   *
   * @param path a file, a socket or a directory
   * @throws IOException if the permissions cannot be set
   */
  public static void restrict(Path path) throws IOException {
    if (isPosix(path)) {
      Files.setPosixFilePermissions(path, Files.isDirectory(path) ? DIRECTORY : FILE);
    }
  }

  /**
   * Writes a file, or replaces it. A reader sees the old content or the new one, also after a loss
   * of power; when this returns, it is the new one.
   *
   * @param file the file; its directory exists
   * @param content the content, from position to limit; read to its end
   * @throws IOException if it cannot be written; the file is then as it was
   */
  public static void write(Path file, ByteBuffer content) throws IOException {
    Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a root");
    Path draft =
        Files.createTempFile(directory, "." + file.getFileName(), ".tmp", only(file, FILE));
    try {
      try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        while (content.hasRemaining()) {
          out.write(content);
        }
        out.force(true);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
    syncDirectory(directory);
  }

  /**
   * Gives a draft its name, once it is durable. A reader sees the old file or the new one, also
   * after a loss of power.
   *
   * @param draft the file as it was written, in the directory of the other
   * @param file its name from now on
   * @param replace true to replace a file that is there
   * @throws java.nio.file.FileAlreadyExistsException if there is a file and it is not to be
   *     replaced
   * @throws IOException if that fails; the draft is then still there
   */
  public static void publish(Path draft, Path file, boolean replace) throws IOException {
    try (FileChannel written = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    if (replace) {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.move(draft, file);
    }
    syncDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a root"));
  }

  /**
   * Makes durable which files a directory holds, such as after a rename.
   *
   * @param directory the directory
   * @throws IOException if that fails
   */
  public static void syncDirectory(Path directory) throws IOException {
    // Windows opens no directories; its file systems keep a journal of their entries.
    if (isPosix(directory)) {
      try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
        opened.force(true);
      }
    }
  }

  /**
   * Tells whether anybody but the owner may read or write a file.
   *
   * @param path the file
   * @return true if the group or others may
   * @throws IOException if the permissions cannot be read
   */
  public static boolean isOpenToOthers(Path path) throws IOException {
    return permits(path, OTHERS);
  }

  /**
   * Tells whether anybody but the owner may write to a file or directory.
   *
   * @param path the file or directory
   * @return true if the group or others may
   * @throws IOException if the permissions cannot be read
   */
  public static boolean isWritableByOthers(Path path) throws IOException {
    return permits(path, OTHERS_WRITE);
  }

  private static boolean permits(Path path, Set<PosixFilePermission> any) throws IOException {
    return isPosix(path) && Files.getPosixFilePermissions(path).stream().anyMatch(any::contains);
  }

  private static FileAttribute<?>[] only(Path path, Set<PosixFilePermission> permissions) {
    return isPosix(path)
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
