// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.support.BatchBytes;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/**
 * The file that a deletion can be undone from: what each tombstone replaced, compressed, readable
 * for its owner only. What a crash cut short at its end had not been deleted yet. For one thread at
 * a time.
 */
final class Undo {
  private static final int ZEROS = 1 << 16;

  private final Path file;

  Undo(Path file) {
    this.file = file;
  }

  /** What a tombstone replaced, and when the tombstone was made. */
  record Replaced(Entry entry, long deletedMillis) {}

  boolean exists() {
    return Files.exists(file);
  }

  /** Begins to write. */
  Writing write() throws IOException {
    PrivateFiles.create(file);
    return new Writing(new FileOutputStream(file.toFile()));
  }

  /** Writes the file, from its start. */
  static final class Writing implements AutoCloseable {
    private final FileOutputStream file;
    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    private final DataOutputStream out;

    Writing(FileOutputStream file) {
      this.file = file;
      out = new DataOutputStream(new DeflaterOutputStream(file, deflater, 1 << 16, true));
    }

    /** Adds some; they are on the disk when it returns. */
    void add(List<Replaced> some) throws IOException {
      for (Replaced one : some) {
        out.writeLong(one.deletedMillis());
        BatchBytes.writeEntry(one.entry(), out);
      }
      out.flush();
      file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
      try (file) {
        out.close();
      } finally {
        deflater.end();
      }
    }
  }

  /** Begins to read. */
  Reading read() throws IOException {
    return new Reading(
        new DataInputStream(
            new BufferedInputStream(new InflaterInputStream(Files.newInputStream(file)))));
  }

  /** Reads the file, from its start. */
  static final class Reading implements AutoCloseable {
    private final DataInputStream in;

    Reading(DataInputStream in) {
      this.in = in;
    }

    /** Returns the next ones, at most so many; none at the end. */
    List<Replaced> next(int most) throws IOException {
      List<Replaced> some = new ArrayList<>();
      while (some.size() < most) {
        Replaced one = next();
        if (one == null) {
          break;
        }
        some.add(one);
      }
      return some;
    }

    private @Nullable Replaced next() throws IOException {
      try {
        long deleted = in.readLong();
        return new Replaced(BatchBytes.readEntry(in), deleted);
      } catch (EOFException e) {
        return null;
      } catch (IllegalArgumentException | ZipException e) {
        throw new IOException("The file of what was deleted is damaged: " + e.getMessage(), e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /** Overwrites what the file holds and removes it. */
  void destroy() throws IOException {
    if (!exists()) {
      return;
    }
    try (RandomAccessFile over = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] zeros = new byte[ZEROS];
      long left = over.length();
      while (left > 0) {
        int some = (int) Math.min(left, ZEROS);
        over.write(zeros, 0, some);
        left -= some;
      }
      over.getFD().sync();
    }
    Files.deleteIfExists(file);
  }
}
