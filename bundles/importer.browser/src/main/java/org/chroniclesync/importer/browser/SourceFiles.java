// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
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
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The files of a browser's database: itself, its write-ahead log and its rollback journal.
 *
 * <p>They are copied byte by byte, and SQLite only ever opens the copy. The other ways are not
 * safe, or do not work: SQLite's backup API and every ordinary opening put locks on the person's
 * files, at which a browser may stumble, and fail against Firefox and Chromium, which hold theirs
 * exclusively; opening with {@code immutable=1} takes no lock but neither reads the log, where the
 * newest visits are, nor notices a page that changes while it is read. The {@code -shm} file is
 * left behind: it is an index of the log that SQLite makes again, and a copy of it would be wrong.
 */
record SourceFiles(Path database) {
  static final String LOG = "-wal";
  static final String JOURNAL = "-journal";
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
