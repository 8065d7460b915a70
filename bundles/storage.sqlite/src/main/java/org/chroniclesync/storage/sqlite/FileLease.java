// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.support.files.PrivateFiles;

/**
 * The right to use a database file, held through a lock on FILE.lock until it is closed.
 *
 * <p>The lock file also notes which feed stood at which position last. A database that does not
 * agree with the note is an older copy, or lost its last batches to a power cut: its positions may
 * come to mean something else than what peers have read, and its feed needs a new name.
 */
final class FileLease implements AutoCloseable {
  /**
   * Closing any channel on a file drops the locks of the whole process, so none is opened twice.
   */
  private static final Set<Path> LEASED = ConcurrentHashMap.newKeySet();

  private static final int HEAD_BYTES = Long.BYTES;
  private static final int MAX_NOTE_BYTES = 64;

  private final Path path;

  /** Not by its channel, which an interrupted thread would close, and the lock be lost. */
  private final RandomAccessFile file;

  private FileLease(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  static FileLease take(Path file, Failures failures) throws StorageException {
    Path path = file.resolveSibling(file.getFileName() + ".lock");
    if (!LEASED.add(path)) {
      throw inUse(file, failures);
    }
    try {
      return new FileLease(path, lock(path, file, failures));
    } catch (StorageException e) {
      LEASED.remove(path);
      throw e;
    } catch (IOException e) {
      LEASED.remove(path);
      throw failures.failed(
          "The lock file " + path + " cannot be made: " + e + ". Check the directory's owner.", e);
    }
  }

  private static RandomAccessFile lock(Path path, Path file, Failures failures)
      throws IOException, StorageException {
    PrivateFiles.create(path);
    RandomAccessFile opened = new RandomAccessFile(path.toFile(), "rw");
    FileLock lock;
    try {
      lock = opened.getChannel().tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    if (lock == null) {
      opened.close();
      throw inUse(file, failures);
    }
    return opened;
  }

  private static StorageException inUse(Path file, Failures failures) {
    return failures.failed(
        "The history in "
            + file
            + " is in use by another node. Stop that one, or configure another file.",
        null);
  }

  /** Notes where the feed stands. Costs no disk access; a lost note only renews the feed. */
  void note(String feed, long head) throws IOException {
    byte[] name = feed.getBytes(StandardCharsets.UTF_8);
    ByteBuffer note = ByteBuffer.allocate(HEAD_BYTES + name.length).putLong(head).put(name);
    file.seek(0);
    file.write(note.array());
  }

  /** Tells whether the database that stands there is the one that was noted, or a later state. */
  boolean vouchesFor(String feed, long head) throws IOException {
    byte[] read = new byte[MAX_NOTE_BYTES];
    file.seek(0);
    int length = file.read(read);
    if (length <= HEAD_BYTES) {
      return false;
    }
    ByteBuffer note = ByteBuffer.wrap(read, 0, length);
    long noted = note.getLong();
    return noted <= head && StandardCharsets.UTF_8.decode(note).toString().equals(feed);
  }

  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      LEASED.remove(path);
    }
  }
}
