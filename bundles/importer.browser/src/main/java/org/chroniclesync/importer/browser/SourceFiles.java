// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The files of a browser's database: itself, its write-ahead log and its rollback journal.
 *
 * <p>Every ordinary opening, and SQLite's backup API, put locks on the person's files, at which a
 * browser may stumble, and fail against Firefox and Chromium, which hold theirs exclusively. So the
 * database is read without locks where it is sound by itself, and copied byte by byte with its log
 * where it is not. The {@code -shm} file is left behind: it is an index of the log that SQLite
 * makes again, and a copy of it would be wrong.
 */
record SourceFiles(Path database) {
  static final String LOG = "-wal";
  static final String JOURNAL = "-journal";
  private static final int HEAD_BYTES = 100;

  /** What the names of file systems contain that are on other machines, or may be. */
  private static final List<String> NETWORK =
      List.of("nfs", "cifs", "smb", "9p", "afs", "fuse", "ceph", "gluster", "lustre", "webdav");

  private static final int CHUNK_BYTES = 1 << 20;

  /**
   * What tells that a file changed, without reading it.
   *
   * @param key the file's identity on its disk, or "" where there is none
   */
  record Stamp(long bytes, long modifiedNanos, String key) {
    static final Stamp ABSENT = new Stamp(0, 0, "");
  }

  /** The stamps of all files at one time. */
  record Stamps(List<Stamp> files) {
    Stamps {
      files = List.copyOf(files);
    }

    long bytes() {
      return files.stream().mapToLong(Stamp::bytes).sum();
    }

    long newestMillis() {
      return files.stream().mapToLong(Stamp::modifiedNanos).max().orElse(0) / 1_000_000;
    }
  }

  private List<Path> all() {
    return List.of(database, beside(database, LOG), beside(database, JOURNAL));
  }

  private static Path beside(Path file, String suffix) {
    return file.resolveSibling(Objects.requireNonNull(file.getFileName()) + suffix);
  }

  Stamps stamps() throws IOException {
    List<Stamp> stamps = new ArrayList<>();
    for (Path file : all()) {
      stamps.add(stamp(file));
    }
    return new Stamps(stamps);
  }

  private static Stamp stamp(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Object key = attributes.fileKey();
      return new Stamp(
          attributes.size(),
          attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          key == null ? "" : key.toString());
    } catch (NoSuchFileException e) {
      return Stamp.ABSENT;
    }
  }

  /**
   * Tells what the database is by itself, without its log and journal, as long as nothing changes.
   */
  WriteAheadLog.State state() throws IOException {
    return isJournalCold()
        ? WriteAheadLog.state(database, beside(database, LOG))
        : WriteAheadLog.State.MIXED;
  }

  /**
   * A transaction writes to the database only after the head of its journal is complete: until then
   * the head begins with zeros, and so does that of one that was ended.
   */
  private boolean isJournalCold() throws IOException {
    try (InputStream in = Files.newInputStream(beside(database, JOURNAL))) {
      return in.read() <= 0;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /** Returns the head of the database, in which SQLite counts the transactions. */
  ByteBuffer head() throws IOException {
    try (InputStream in = Files.newInputStream(database)) {
      return ByteBuffer.wrap(in.readNBytes(HEAD_BYTES));
    }
  }

  /** Over a network, neither contents nor stamps need be those of one moment. */
  boolean isLocal() throws IOException {
    String type = Files.getFileStore(database).type().toLowerCase(Locale.ROOT);
    return NETWORK.stream().noneMatch(type::contains);
  }

  /** Copies all files into a directory, replacing those of an earlier try. */
  Path copyTo(Path directory, long maxBytes) throws IOException, InterruptedException {
    long left = maxBytes;
    for (Path file : all()) {
      left -= copy(file, directory.resolve(Objects.requireNonNull(file.getFileName())), left);
    }
    return directory.resolve(Objects.requireNonNull(database.getFileName()));
  }

  /** By hand, because a copy of hundreds of megabytes must end when the thread is interrupted. */
  private static long copy(Path from, Path to, long maxBytes)
      throws IOException, InterruptedException {
    Files.deleteIfExists(to);
    long copied = 0;
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
      while (in.read(buffer) >= 0) {
        buffer.flip();
        while (buffer.hasRemaining()) {
          copied += out.write(buffer);
        }
        buffer.clear();
        if (copied > maxBytes) {
          throw new IOException("it grew during the copy");
        }
      }
    } catch (NoSuchFileException e) {
      // A log comes and goes with the browser.
      return 0;
    } catch (ClosedByInterruptException e) {
      Thread.interrupted();
      InterruptedException interrupted = new InterruptedException();
      interrupted.initCause(e);
      throw interrupted;
    }
    return copied;
  }
}
