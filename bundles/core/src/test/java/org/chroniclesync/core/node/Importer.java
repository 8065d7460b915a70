// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** A thread that merges visits through a node, and knows which of them were acknowledged. */
final class Importer {
  private final NodeComponent node;
  private final LinkedBlockingQueue<List<Entry>> batches = new LinkedBlockingQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ConcurrentLinkedQueue<Entry> acknowledged = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this::run, "importer");
  private volatile @Nullable Throwable failure;

  Importer(NodeComponent node) {
    this.node = node;
    thread.start();
  }

  void submit(List<Entry> batch) {
    waiting.incrementAndGet();
    batches.add(batch);
  }

  private void run() {
    try {
      while (true) {
        List<Entry> batch = batches.take();
        try {
          node.merge(Batch.of(batch));
          acknowledged.addAll(batch);
        } catch (StorageException e) {
          // Not acknowledged; it may have been stored all the same.
        }
        waiting.decrementAndGet();
      }
    } catch (InterruptedException e) {
      // The schedule is over.
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  /** Tells whether each batch was merged or refused. */
  boolean isIdle() {
    Throwable thrown = failure;
    if (thrown != null) {
      throw new AssertionError("merge threw what only a store may throw", thrown);
    }
    return waiting.get() == 0;
  }

  Collection<Entry> acknowledged() {
    return acknowledged;
  }

  void stop() {
    thread.interrupt();
  }
}
