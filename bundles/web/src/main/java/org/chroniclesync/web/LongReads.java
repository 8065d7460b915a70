// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.storage.StorageException;

/**
 * What looks at many visits is done one after the other, whoever asks: a store reads few things at
 * once, and what looks at a page of them is not to wait. Safe for any thread.
 */
final class LongReads {
  /** More are told to come again. */
  static final int MAX_WAITING = 32;

  private final ReentrantLock turn = new ReentrantLock(true);

  /** Something that reads. */
  interface Read<R> {
    R now() throws StorageException, InterruptedException;
  }

  /** Reads when it is its turn. */
  <R> R read(Read<R> read) throws StorageException, InterruptedException {
    if (waiting() >= MAX_WAITING) {
      throw Problem.tooMany(
          "%d others wait for something that takes long.".formatted(MAX_WAITING),
          "Ask again in some seconds.",
          5);
    }
    turn.lockInterruptibly();
    try {
      return read.now();
    } finally {
      turn.unlock();
    }
  }

  int waiting() {
    return turn.getQueueLength();
  }
}
