// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.support.DaemonThreads;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.storage.sqlite.Erasing.Left;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a large file anew after a deletion, on a thread of its own, when nobody uses it: what is
 * merged would wait for that, so it is stopped then, and begun again later. After a day it is no
 * longer stopped. What is left to do is told by the file, so a process that ends leaves it to the
 * next one.
 */
final class Rewriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rewriter.class);

  /** It is woken when there is something to do. */
  private static final long IDLE_MILLIS = Duration.ofDays(1).toMillis();

  /** SQLite writes the new file aside, and then through its log. */
  private static final int COPIES = 2;

  private static final double MEGA = 1e6;

  /** Cutting the log takes a moment without readers. */
  private static final long UNREAD_MILLIS = 100;

  private final Writer writer;
  private final Readers readers;
  private final Gate gate;
  private final Path file;
  private final Limits limits;
  private final Thread thread = DaemonThreads.make("chroniclesync-sqlite-rewrite", this::run);
  private volatile long usedNanos = System.nanoTime();
  private volatile Part.State state = new Part.Well();

  /** For the thread only. */
  private boolean logIsLeft;

  /** Guarded by this. */
  private boolean due = true;

  /** Guarded by this. */
  private boolean closed;

  /**
   * When a file is written anew.
   *
   * @param bytesAtOnce one of this size is at once, which takes a second or two
   * @param quietMillis a larger one is when nobody used it for so long
   * @param mostMillis or in any case so long after the deletion
   * @param againMillis if it failed, it is tried again after this
   * @param sparedBytes room that is left on the disk meanwhile
   */
  record Limits(
      long bytesAtOnce, long quietMillis, long mostMillis, long againMillis, long sparedBytes) {
    static final Limits USUAL =
        new Limits(
            128L << 20,
            Duration.ofMinutes(5).toMillis(),
            Duration.ofDays(1).toMillis(),
            Duration.ofMinutes(10).toMillis(),
            64L << 20);
  }

  Rewriter(Writer writer, Readers readers, Gate gate, Path file, Limits limits) {
    this.writer = writer;
    this.readers = readers;
    this.gate = gate;
    this.file = file;
    this.limits = limits;
  }

  void start() {
    thread.start();
  }

  /** There may be something to do. For any thread. */
  synchronized void wake() {
    due = true;
    notifyAll();
  }

  /** Somebody reads. For any thread. */
  void used() {
    usedNanos = System.nanoTime();
  }

  /**
   * Somebody is about to write. For any thread.
   *
   * @param unasked whether that is the node's own note, which it makes now and then
   */
  void giveWay(boolean unasked) throws StorageException {
    if (!unasked) {
      used();
    }
    writer.stopRewriting(Writer.Way.ALL);
  }

  /** Tells whether erasing writes the file anew itself. */
  boolean isDueAtOnce() throws StorageException {
    return readers.read(Left::of).isStale(limits.bytesAtOnce());
  }

  /** Says what is left in the file, if there may be something. For any thread. */
  List<Part> parts() {
    Part.State now = state;
    return now instanceof Part.Well ? List.of() : List.of(new Part("erasing", "sqlite", now));
  }

  private void run() {
    try {
      long millis = 0;
      while (await(millis)) {
        millis = look();
      }
    } catch (InterruptedException e) {
      LOG.debug("The thread that writes the file anew was interrupted and ends.");
    }
  }

  /** Waits so long, or shorter if it is woken. Returns false when there is no more to do. */
  private synchronized boolean await(long millis) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    long left = millis;
    while (!closed && !due && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
    due = false;
    return !closed;
  }

  /** Returns after how long to look again. */
  private long look() {
    try {
      gate.enter();
      try {
        return logIsLeft ? cutLog() : lookAt(readers.read(Left::of));
      } finally {
        gate.leave();
      }
    } catch (StorageException e) {
      if (e.kind() != StorageException.Kind.CLOSED) {
        LOG.warn("The file could not be written anew; it is tried again. {}", e.getMessage());
        state = new Part.Degraded(remains() + e.getMessage(), "It is tried again.");
      }
      return limits.againMillis();
    }
  }

  private long lookAt(Left left) throws StorageException {
    if (left.isNothing()) {
      state = new Part.Well();
      return IDLE_MILLIS;
    }
    long quiet = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - usedNanos);
    // Also when the clock was set back.
    boolean overdue =
        Math.abs(System.currentTimeMillis() - left.sinceMillis()) >= limits.mostMillis();
    if (!overdue && quiet < limits.quietMillis()) {
      state = waiting(left);
      return limits.quietMillis() - quiet;
    }
    long needed = COPIES * left.bytes() + limits.sparedBytes();
    if (usable() < needed) {
      state = lacking(needed);
      return limits.againMillis();
    }
    if (!writer.rewrite(overdue ? Writer.Way.CLOSING : Writer.Way.ALL)) {
      return limits.quietMillis();
    }
    logIsLeft = true;
    return cutLog();
  }

  /** What was written before may still be in the log. */
  private long cutLog() throws StorageException {
    logIsLeft = !writer.cutLog();
    return logIsLeft ? UNREAD_MILLIS : 0;
  }

  private long usable() {
    try {
      return Files.getFileStore(file).getUsableSpace();
    } catch (IOException e) {
      LOG.debug("What is free on the disk is not known.", e);
      return Long.MAX_VALUE;
    }
  }

  private static String remains() {
    return "Some bytes of what was deleted may be left in the file of the history until it is"
        + " written anew. ";
  }

  private Part.State waiting(Left left) {
    Instant last = Instant.ofEpochMilli(left.sinceMillis() + limits.mostMillis());
    return new Part.Paused(
        String.format(
            Locale.ROOT,
            "%sThat happens when nothing was imported or searched for %d minutes, or after %s.",
            remains(),
            TimeUnit.MILLISECONDS.toMinutes(limits.quietMillis()),
            last.truncatedTo(ChronoUnit.SECONDS)),
        "It goes on by itself.");
  }

  private Part.State lacking(long needed) {
    return new Part.Degraded(
        String.format(
            Locale.ROOT,
            "%sThat needs %.0f MB on the disk of %s, which has less.",
            remains(),
            needed / MEGA,
            file),
        "Make room there; it is tried again.");
  }

  /** Stops what is under way, and lets nothing further begin. */
  @Override
  public void close() throws StorageException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    writer.stopRewriting(Writer.Way.CLOSING);
  }

  /** Waits for the thread, which has nothing left to do. */
  void join(long timeoutMillis) {
    try {
      thread.join(timeoutMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
