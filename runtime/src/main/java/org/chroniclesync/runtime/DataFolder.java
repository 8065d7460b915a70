// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.chroniclesync.support.files.PrivateFiles;

/** The folder in which a process keeps everything: for one user, and one process at a time. */
final class DataFolder implements AutoCloseable {
  /**
   * What has a meaning for SQLite's URLs, for the names of log files, or for variables in
   * configurations.
   */
  private static final Pattern ODD = Pattern.compile("[?%$\\p{Cntrl}]");

  /** Made by the process and read by nobody else, whoever made the data folder. */
  private static final List<String> OWN_FOLDERS = List.of("logs", "cache", "tmp");

  private static final List<String> SECRET =
      List.of("secrets", "undo", "history.db", "history.db-wal", "history.db-shm");

  /**
   * Raised whenever an older version could not use what this one leaves, or would spoil it: the
   * older one then refuses the folder.
   */
  private static final int FORMAT = 1;

  private static final int MAX_FORMAT_BYTES = 16;

  private final Path path;
  private final FileChannel lockFile;
  private final FileLock lock;

  private DataFolder(Path path, FileChannel lockFile, FileLock lock) {
    this.path = path;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Names the folder.
   *
   * @return its absolute path
   * @throws ExitException if a part of the process would read the path in another way
   */
  static Path named(String name) throws ExitException {
    Path folder = Path.of(name).toAbsolutePath().normalize();
    if (ODD.matcher(folder.toString()).find()) {
      throw new ExitException(
          Exit.DATA,
          "The path of the data folder, "
              + ODD.matcher(folder.toString()).replaceAll("_")
              + ", contains a question mark, a per cent or dollar sign, or a control character"
              + " (shown as _). Choose another with --data.");
    }
    return folder;
  }

  /** Refuses a folder that a newer version has used. Changes nothing. */
  static void requireKnown(Path folder) throws ExitException {
    Path file = folder.resolve("format");
    if (!Files.exists(file)) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_FORMAT_BYTES), US_ASCII).strip();
      if (!text.matches("\\d{1,9}")) {
        throw new ExitException(
            Exit.DATA, file + " is damaged. Restore it from a backup, or delete it.");
      }
      if (Integer.parseInt(text) > FORMAT) {
        throw new ExitException(
            Exit.DATA,
            "A newer version of ChronicleSync has used "
                + folder
                + " (format "
                + text
                + "; this version knows "
                + FORMAT
                + "). Nothing was changed. Install the newer version again, or give this one a copy"
                + " of the folder from before the update.");
      }
    } catch (IOException e) {
      throw new ExitException(Exit.DATA, file + " cannot be read: " + e + ". Check its owner.");
    }
  }

  /** Takes the folder for this process, and makes it where it is missing. */
  static DataFolder open(Path folder) throws ExitException {
    try {
      requireOwn(folder);
      PrivateFiles.createDirectories(folder);
      PrivateFiles.createDirectories(folder.resolve("account"));
      for (String own : OWN_FOLDERS) {
        PrivateFiles.createDirectories(folder.resolve(own));
        PrivateFiles.restrict(folder.resolve(own));
      }
      DataFolder taken = lock(folder);
      taken.clearTemporary();
      taken.markFormat();
      return taken;
    } catch (IOException e) {
      throw new ExitException(
          Exit.DATA,
          "The data folder " + folder + " cannot be used: " + e + ". Choose another with --data.");
    }
  }

  /** A folder that somebody else made keeps its mode; what is inside is for its owner alone. */
  private static void requireOwn(Path folder) throws IOException, ExitException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new ExitException(Exit.DATA, folder + " is not a folder. Choose another with --data.");
    }
    if (Files.exists(folder) && PrivateFiles.isWritableByOthers(folder)) {
      throw new ExitException(
          Exit.DATA,
          "Others can write to "
              + folder
              + " and could replace what is in it. Run: chmod 700 "
              + folder
              + ", or choose another folder with --data.");
    }
    for (String secret : SECRET) {
      Path path = folder.resolve(secret);
      if (Files.exists(path) && PrivateFiles.isOpenToOthers(path)) {
        throw new ExitException(
            Exit.DATA, "Others can read or write " + path + ". Run: chmod go-rwx " + path);
      }
    }
  }

  Path path() {
    return path;
  }

  /** Temporary files, such as copies of browsers' databases and native libraries. */
  Path temporary() {
    return path.resolve("tmp");
  }

  /** A process that was killed left some. Nobody else has any here while we hold the lock. */
  private void clearTemporary() throws IOException {
    try (Stream<Path> left = Files.walk(temporary())) {
      for (Path one : left.sorted(Comparator.reverseOrder()).toList()) {
        if (!one.equals(temporary())) {
          Files.delete(one);
        }
      }
    }
  }

  private void markFormat() throws IOException {
    Path file = path.resolve("format");
    byte[] format = (FORMAT + "\n").getBytes(US_ASCII);
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), format)) {
      PrivateFiles.write(file, ByteBuffer.wrap(format));
    }
  }

  static Path socket(Path data) {
    return data.toAbsolutePath().normalize().resolve("control.sock");
  }

  /** Bundles that the node runs besides those of the distribution. */
  static Path bundles(Path data) {
    return data.resolve("bundles");
  }

  static Path phrase(Path data) {
    return data.resolve("account").resolve("mnemonic");
  }

  @Override
  public void close() throws IOException {
    lock.release();
    lockFile.close();
  }

  private static DataFolder lock(Path folder) throws IOException, ExitException {
    PrivateFiles.create(folder.resolve("lock"));
    FileChannel file = FileChannel.open(folder.resolve("lock"), StandardOpenOption.WRITE);
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
