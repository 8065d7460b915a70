// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.Workers;
import org.chroniclesync.core.store.Stores;

/**
 * Those who watch the history, each on a thread that exists only while there is something to tell.
 * Safe for any thread.
 */
final class VisitWatchers {
  /** A history that could not be read is looked at again after this. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final List<VisitWatch> open = new CopyOnWriteArrayList<>();
  private final ExecutorService workers = Workers.named("chroniclesync-watch-visits");
  private final Stores stores;
  private final FailureLog failures;
  private final EventLoop later;

  VisitWatchers(Stores stores, FailureLog failures) {
    this.stores = stores;
    this.failures = failures;
    later = new EventLoop("chroniclesync-watch-again", failures);
    stores.follow(() -> open.forEach(VisitWatch::look));
  }

  Watch add(History.Watcher watcher) {
    VisitWatch added = new VisitWatch(stores, failures, watcher, workers, this::lookLater);
    synchronized (open) {
      if (open.size() >= History.MAX_WATCHES) {
        throw new IllegalStateException(
            History.MAX_WATCHES + " watches of the history are open; close one first.");
      }
      open.add(added);
    }
    // Among the open ones before it looks where the feed ends: so nothing falls between.
    added.begin();
    return () -> {
      open.remove(added);
      added.close();
    };
  }

  private void lookLater(VisitWatch failed) {
    later.after(AGAIN, failed::look);
  }

  /** Ends all watches; waits for the watchers that are being told, and interrupts them. */
  void close(Duration patience) throws InterruptedException {
    open.forEach(VisitWatch::close);
    open.clear();
    later.close(patience);
    workers.shutdownNow();
    if (!workers.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      failures.add("A watcher of the history does not return; its thread is left behind.");
    }
  }
}
