// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells how much of a write-ahead log is in its database already, without SQLite, which would lock
 * the database to find out. As described in "WAL-mode File Format" of SQLite's documentation.
 *
 * <p>A checkpoint copies the pages of whole transactions into the database. Where each page of the
 * log that belongs to the transactions up to one of them is in the database, and none of a later
 * one is, the database by itself is what it was after that transaction. In any other state a
 * checkpoint was interrupted, and only database and log together are sound.
 */
final class WriteAheadLog {
  /** How a database stands to its log. */
  enum State {
    /** All transactions are in the database. */
    COMPLETE,
    /** The database is sound by itself, and the log has newer transactions. */
    BEHIND,
    /** Only both together may be sound. */
    MIXED
  }

  /** A longer log is not looked into. Firefox keeps its log below two megabytes. */
  static final int MAX_BYTES = 32 << 20;

  private static final int HEADER_BYTES = 32;
  private static final int FRAME_HEADER_BYTES = 24;
  private static final int MAGIC = 0x377f0682;
  private static final int MAX_PAGE_BYTES = 1 << 16;
  private static final int MIN_PAGE_BYTES = 1 << 9;
  private final ByteBuffer bytes;
  private final int pageBytes;
  private final List<Integer> commits = new ArrayList<>();
  private final Map<Integer, List<Integer>> framesOfPage = new HashMap<>();

  private WriteAheadLog(ByteBuffer bytes, int pageBytes) {
    this.bytes = bytes;
    this.pageBytes = pageBytes;
  }

  static State state(Path database, Path log) throws IOException {
    byte[] content;
    try {
      if (Files.size(log) > MAX_BYTES) {
        return State.MIXED;
      }
      content = Files.readAllBytes(log);
    } catch (NoSuchFileException e) {
      return State.COMPLETE;
    }
    if (content.length <= HEADER_BYTES) {
      return State.COMPLETE;
    }
    ByteBuffer bytes = ByteBuffer.wrap(content);
    int pageBytes = bytes.getInt(8);
    if ((bytes.getInt(0) & ~1) != MAGIC
        || pageBytes < MIN_PAGE_BYTES
        || pageBytes > MAX_PAGE_BYTES
        || Integer.bitCount(pageBytes) != 1) {
      return State.MIXED;
    }
    WriteAheadLog wal = new WriteAheadLog(bytes, pageBytes);
    wal.readFrames();
    try (FileChannel main = FileChannel.open(database, StandardOpenOption.READ)) {
      return wal.compare(main);
    }
  }

  /** Takes the frames that belong to the log: of its generation, with sums that go on. */
  private void readFrames() {
    Sum sum = new Sum((bytes.getInt(0) & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    sum.add(0, FRAME_HEADER_BYTES);
    if (!sum.isAt(24)) {
      return;
    }
    int frameBytes = FRAME_HEADER_BYTES + pageBytes;
    int frame = 0;
    for (int at = HEADER_BYTES; at + frameBytes <= bytes.limit(); at += frameBytes) {
      sum.add(at, 8);
      sum.add(at + FRAME_HEADER_BYTES, pageBytes);
      if (bytes.getLong(at + 8) != bytes.getLong(16) || !sum.isAt(at + 16)) {
        return;
      }
      framesOfPage.computeIfAbsent(bytes.getInt(at), page -> new ArrayList<>()).add(frame);
      if (bytes.getInt(at + 4) != 0) {
        commits.add(frame);
      }
      frame++;
    }
  }

  /** The running sum of SQLite's log. */
  private final class Sum {
    private final ByteOrder order;
    private int first;
    private int second;

    Sum(ByteOrder order) {
      this.order = order;
    }

    void add(int from, int length) {
      ByteBuffer words = bytes.duplicate().order(order);
      for (int at = from; at < from + length; at += 8) {
        first += words.getInt(at) + second;
        second += words.getInt(at + 4) + first;
      }
    }

    boolean isAt(int at) {
      return bytes.getInt(at) == first && bytes.getInt(at + 4) == second;
    }
  }

  private State compare(FileChannel main) throws IOException {
    if (commits.isEmpty()) {
      return State.COMPLETE;
    }
    int last = commits.get(commits.size() - 1);
    Map<Integer, List<Integer>> present = new HashMap<>();
    for (Map.Entry<Integer, List<Integer>> page : framesOfPage.entrySet()) {
      ByteBuffer inMain = page(main, page.getKey());
      present.put(
          page.getKey(),
          page.getValue().stream().filter(one -> frame(one).equals(inMain)).toList());
    }
    for (int i = commits.size() - 1; i >= -1; i--) {
      int commit = i < 0 ? -1 : commits.get(i);
      if (isAfter(commit, present)) {
        return commit == last ? State.COMPLETE : State.BEHIND;
      }
    }
    return State.MIXED;
  }

  /** Tells whether the database is what it was after a frame, -1 for before all of them. */
  private boolean isAfter(int commit, Map<Integer, List<Integer>> present) {
    for (Map.Entry<Integer, List<Integer>> page : framesOfPage.entrySet()) {
      List<Integer> there = present.getOrDefault(page.getKey(), List.of());
      int latest = page.getValue().stream().filter(one -> one <= commit).reduce(-1, Math::max);
      boolean sound = latest >= 0 ? there.contains(latest) : there.isEmpty();
      if (!sound) {
        return false;
      }
    }
    return true;
  }

  private ByteBuffer frame(int number) {
    int at = HEADER_BYTES + number * (FRAME_HEADER_BYTES + pageBytes) + FRAME_HEADER_BYTES;
    return bytes.slice(at, pageBytes);
  }

  private ByteBuffer page(FileChannel main, int number) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(pageBytes);
    long at = (Integer.toUnsignedLong(number) - 1) * pageBytes;
    while (at >= 0 && page.hasRemaining()) {
      int read = main.read(page, at + page.position());
      if (read < 0) {
        break;
      }
    }
    return page.flip();
  }
}
