// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chroniclesync.api.storage.StorageException;

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
  private final FileChannel channel;

  private FileLease(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
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

  private static FileChannel lock(Path path, Path file, Failures failures)
      throws IOException, StorageException {
    PrivateFiles.create(path);
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    if (lock == null) {
      channel.close();
      throw inUse(file, failures);
    }
    return channel;
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
    channel.write(note.flip(), 0);
  }

  /** Tells whether the database that stands there is the one that was noted, or a later state. */
  boolean vouchesFor(String feed, long head) throws IOException {
    ByteBuffer note = ByteBuffer.allocate(MAX_NOTE_BYTES);
    if (channel.read(note, 0) <= HEAD_BYTES) {
      return false;
    }
    note.flip();
    long noted = note.getLong();
    return noted <= head && StandardCharsets.UTF_8.decode(note).toString().equals(feed);
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      LEASED.remove(path);
    }
  }
}
