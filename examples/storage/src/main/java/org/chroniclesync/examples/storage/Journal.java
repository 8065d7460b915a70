// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.support.BatchBytes;
import org.jspecify.annotations.Nullable;

/**
 * A file of records, each with its length and checksum before it: first the name of the feed, then
 * the batches. A record that a crash cut short is the last one and was never acknowledged, so it is
 * dropped. For one thread at a time.
 */
final class Journal implements AutoCloseable {
  private static final int PREFIX_BYTES = 2 * Integer.BYTES;
  private static final long LITTLE_SPACE_BYTES = 1 << 20;

  private final Path path;
  private final long maxFileBytes;
  // Not a FileChannel: an interrupted thread would close it for all others.
  private RandomAccessFile file;
  private final FeedId feed;
  private long end;

  Journal(Path path, long maxFileBytes, Consumer<Batch> replay) throws StorageException {
    this.path = path;
    this.maxFileBytes = maxFileBytes;
    try {
      file = new RandomAccessFile(path.toFile(), "rw");
    } catch (IOException e) {
      throw failure(Kind.FAILED, "cannot be opened; check its folder and who may write there", e);
    }
    try {
      lock(file);
      feed = readAll(replay);
    } catch (IOException | StorageException | RuntimeException e) {
      close();
      throw e instanceof StorageException s
          ? s
          : failure(Kind.CORRUPT, "cannot be read; put a good copy in its place", e);
    }
  }

  FeedId feed() {
    return feed;
  }

  private void lock(RandomAccessFile opened) throws IOException, StorageException {
    try {
      if (opened.getChannel().tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      throw failure(Kind.FAILED, "is in use in this process; stop the other store first", e);
    }
    throw failure(Kind.FAILED, "is in use by another process; stop that first", null);
  }

  private FeedId readAll(Consumer<Batch> replay) throws IOException, StorageException {
    byte[] record = next();
    if (record == null) {
      FeedId fresh = new FeedId(UUID.randomUUID().toString());
      append(out -> out.writeUTF(fresh.value()));
      return fresh;
    }
    FeedId found = new FeedId(in(record).readUTF());
    for (record = next(); record != null; record = next()) {
      replay.accept(BatchBytes.read(in(record)));
    }
    file.setLength(end);
    return found;
  }

  /** Returns the record after the end so far, or null if there is no whole one. */
  private byte @Nullable [] next() throws IOException, StorageException {
    long left = file.length() - end;
    if (left < PREFIX_BYTES) {
      return null;
    }
    file.seek(end);
    int length = file.readInt();
    int checksum = file.readInt();
    if (length < 0 || length > left - PREFIX_BYTES) {
      return null;
    }
    byte[] record = new byte[length];
    file.readFully(record);
    boolean last = length == left - PREFIX_BYTES;
    if (checksum(record) != checksum) {
      if (last) {
        return null;
      }
      throw failure(Kind.CORRUPT, "is damaged at byte " + end + "; put a good copy there", null);
    }
    end += PREFIX_BYTES + length;
    return record;
  }

  void append(Batch batch) throws StorageException {
    append(out -> BatchBytes.write(batch, out));
  }

  /**
   * Writes the journal anew, each batch with as many entries as it had: a change keeps its
   * position. It takes the old one's place when it is whole.
   */
  void rewrite(UnaryOperator<Entry> left) throws StorageException {
    Path draft = path.resolveSibling(path.getFileName() + ".new");
    try {
      Files.deleteIfExists(draft);
      RandomAccessFile next = new RandomAccessFile(draft.toFile(), "rw");
      try {
        lock(next);
        long written = rewrite(left, next);
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
        file.close();
        file = next;
        end = written;
      } finally {
        if (file != next) {
          next.close();
        }
      }
    } catch (IOException e) {
      throw failure(Kind.FAILED, "cannot be written anew: " + e.getMessage(), e);
    }
  }

  /** Returns how long it has become. */
  private long rewrite(UnaryOperator<Entry> left, RandomAccessFile next)
      throws IOException, StorageException {
    long old = end;
    end = 0;
    try {
      next.write(record(out -> out.writeUTF(feed.value())));
      // The name of the feed.
      next();
      while (end < old) {
        byte[] record = next();
        if (record == null) {
          throw failure(
              Kind.CORRUPT, "is damaged at byte " + end + "; put a good copy there", null);
        }
        Batch batch = BatchBytes.read(in(record));
        List<Entry> entries = batch.entries().stream().map(left).toList();
        next.write(
            record(
                out -> BatchBytes.write(new Batch(entries, batch.source(), batch.marks()), out)));
      }
      next.getFD().sync();
      return next.getFilePointer();
    } finally {
      end = old;
    }
  }

  private interface Content {
    void to(DataOutputStream out) throws IOException;
  }

  private void append(Content content) throws StorageException {
    try {
      byte[] record = record(content);
      if (record.length > maxFileBytes - end) {
        throw failure(Kind.FULL, "has its largest size; raise maxFileBytes", null);
      }
      file.seek(end);
      file.write(record);
      file.getFD().sync();
      end += record.length;
    } catch (IOException e) {
      throw undone(e);
    }
  }

  private StorageException undone(IOException cause) {
    try {
      file.setLength(end);
    } catch (IOException e) {
      // The next record is written over it, and without one a restart drops it.
      cause.addSuppressed(e);
    }
    return path.toFile().getUsableSpace() < LITTLE_SPACE_BYTES
        ? failure(Kind.FULL, "has no space left on its disk; make some", cause)
        : failure(Kind.FAILED, "cannot be written: " + cause.getMessage(), cause);
  }

  private static byte[] record(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    content.to(new DataOutputStream(bytes));
    byte[] payload = bytes.toByteArray();
    ByteArrayOutputStream record = new ByteArrayOutputStream(PREFIX_BYTES + payload.length);
    DataOutputStream out = new DataOutputStream(record);
    out.writeInt(payload.length);
    out.writeInt(checksum(payload));
    out.write(payload);
    return record.toByteArray();
  }

  private static int checksum(byte[] record) {
    CRC32 crc = new CRC32();
    crc.update(record);
    return (int) crc.getValue();
  }

  private static DataInputStream in(byte[] record) {
    return new DataInputStream(new ByteArrayInputStream(record));
  }

  private StorageException failure(Kind kind, String what, @Nullable Exception cause) {
    return new StorageException(kind, "The journal " + path + " " + what + ".", cause);
  }

  @Override
  public void close() throws StorageException {
    try {
      file.close();
    } catch (IOException e) {
      throw failure(Kind.FAILED, "cannot be closed: " + e.getMessage(), e);
    }
  }
}
