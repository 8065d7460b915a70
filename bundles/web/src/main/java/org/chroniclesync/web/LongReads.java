// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.storage.StorageException;

/**
 * What looks at many visits is done one after the other, whoever asks: a store reads few things at
 * once, and what looks at a page of them is not to wait. Each length has a queue of its own, so
 * that what a person opens does not wait for what may look at the whole history. Safe for any
 * thread.
 */
final class LongReads {
  /** More of a length are told to come again. */
  static final int MAX_WAITING = 32;

  /** How much is looked at. */
  enum Length {
    /** Some ten thousand visits at most: a visit that is opened, a step of a narrow filter. */
    BOUNDED,
    /** A month of them: what pages of numbers need that was not counted yet. */
    MONTH,
    /** Perhaps all: previews and counts. */
    WHOLE
  }

  private final Map<Length, ReentrantLock> turns = new EnumMap<>(Length.class);

  LongReads() {
    for (Length length : Length.values()) {
      turns.put(length, new ReentrantLock(true));
    }
  }

  /** Something that reads. */
  interface Read<R> {
    R now() throws StorageException, InterruptedException;
  }

  /** Reads what may be the whole history when it is its turn. */
  <R> R read(Read<R> read) throws StorageException, InterruptedException {
    return read(Length.WHOLE, read);
  }

  /** Reads when it is its turn among those of its length. */
  <R> R read(Length length, Read<R> read) throws StorageException, InterruptedException {
    ReentrantLock turn = turn(length);
    if (waiting(length) >= MAX_WAITING) {
      throw Problem.tooMany(
              Code.BUSY,
              "%d others wait for something that takes long.".formatted(MAX_WAITING),
              "Ask again in some seconds.",
              5)
          .with("n", MAX_WAITING);
    }
    turn.lockInterruptibly();
    try {
      return read.now();
    } finally {
      turn.unlock();
    }
  }

  int waiting(Length length) {
    return turn(length).getQueueLength();
  }

  private ReentrantLock turn(Length length) {
    return Objects.requireNonNull(turns.get(length));
  }
}
