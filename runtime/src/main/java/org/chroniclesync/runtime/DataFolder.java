// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;

/** The folder in which a process keeps everything; one process at a time, one user only. */
final class DataFolder implements AutoCloseable {
  /** A phrase of 24 words is far shorter; what is longer is no phrase. */
  private static final int MAX_PHRASE_BYTES = 1_024;

  private final Path path;
  private final FileChannel lockFile;
  private final FileLock lock;

  private DataFolder(Path path, FileChannel lockFile, FileLock lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** Takes the folder for this process, making it where it is missing. */
  static DataFolder open(Path path) throws ExitException {
    try {
      Path folder = path.toAbsolutePath().normalize();
      makePrivate(folder);
      makePrivate(folder.resolve("account"));
      makePrivate(folder.resolve("logs"));
      return lock(folder);
    } catch (IOException e) {
      throw new ExitException(
          Exit.DATA,
          "The data folder " + path + " cannot be used: " + e + ". Choose another with --data.");
    }
  }

  Path path() {
    return path;
  }

  static Path socket(Path data) {
    return data.toAbsolutePath().normalize().resolve("control.sock");
  }

  static Path phrase(Path data) {
    return data.resolve("account").resolve("mnemonic");
  }

  /**
   * Copies a phrase into the account, unless another one is there: that would be another person.
   */
  void adopt(Path file) throws ExitException {
    byte[] given = new byte[0];
    byte[] held = new byte[0];
    try {
      given = readPhrase(file);
      Path target = phrase(path);
      if (Files.exists(target)) {
        held = readPhrase(target);
        requireSame(given, held);
        return;
      }
      writePrivately(target, given);
    } catch (IOException e) {
      throw new ExitException(Exit.DATA, "The mnemonic could not be taken over: " + e);
    } finally {
      Arrays.fill(given, (byte) 0);
      Arrays.fill(held, (byte) 0);
    }
  }

  @Override
  public void close() throws IOException {
    lock.release();
    lockFile.close();
  }

  private void requireSame(byte[] given, byte[] held) throws ExitException {
    if (!Arrays.equals(given, held)) {
      throw new ExitException(
          Exit.DATA,
          path
              + " belongs to another mnemonic already. Choose another folder with --data, or leave"
              + " --mnemonic-file away.");
    }
  }

  private static byte[] readPhrase(Path file) throws IOException {
    if (Files.size(file) > MAX_PHRASE_BYTES) {
      throw new IOException(file + " is too long for a mnemonic");
    }
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && Character.isWhitespace(bytes[end - 1])) {
      end--;
    }
    byte[] phrase = Arrays.copyOf(bytes, end);
    Arrays.fill(bytes, (byte) 0);
    return phrase;
  }

  private static void writePrivately(Path target, byte[] bytes) throws IOException {
    if (isPosix(target)) {
      Files.createFile(
          target,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.write(target, bytes);
  }

  private static void makePrivate(Path folder) throws IOException {
    if (!isPosix(folder)) {
      Files.createDirectories(folder);
      return;
    }
    var permissions = PosixFilePermissions.fromString("rwx------");
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(permissions));
    }
    Files.setPosixFilePermissions(folder, permissions);
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static DataFolder lock(Path folder) throws IOException, ExitException {
    FileChannel file =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      // This process has it already, which is as bad as another one.
    }
    if (lock == null) {
      file.close();
      throw new ExitException(
          Exit.DATA,
          "Another process uses " + folder + ". Stop it, or choose another folder with --data.");
    }
    return new DataFolder(folder, file, lock);
  }
}
