// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.chroniclesync.support.files.PrivateFiles;

/** The folder in which a process keeps everything: for one user, and one process at a time. */
final class DataFolder implements AutoCloseable {
  /** 24 words are far shorter. */
  private static final int MAX_PHRASE_BYTES = 1_024;

  private final Path path;
  private final FileChannel lockFile;
  private final FileLock lock;

  private DataFolder(Path path, FileChannel lockFile, FileLock lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** Takes the folder for this process, and makes it where it is missing. */
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
   * Copies a phrase into the account. Another phrase that is there already is not replaced: it may
   * be another person's.
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
      PrivateFiles.write(target, ByteBuffer.wrap(given));
    } catch (IOException e) {
      throw new ExitException(
          Exit.DATA, "The mnemonic cannot be copied into " + path + ": " + e + ".");
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
              + " already belongs to another mnemonic. Choose another folder with --data, or start"
              + " without --mnemonic-file.");
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

  /** A folder that was open to others before is closed to them. */
  private static void makePrivate(Path folder) throws IOException {
    PrivateFiles.createDirectories(folder);
    PrivateFiles.restrict(folder);
  }

  private static DataFolder lock(Path folder) throws IOException, ExitException {
    FileChannel file =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      // This process has it already, which is refused like another process.
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
