// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.api.sync.NodeStatus;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of changes on a thread of its own, because a watcher may be slow: the first at once,
 * several together when they come quickly. While nothing changes, or nobody watches, nothing runs.
 * Safe for any thread.
 */
final class Watchers {
  /** How often watchers hear of changes at most. */
  private static final Duration PERIOD = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

  private final List<Consumer<NodeStatus>> listeners = new CopyOnWriteArrayList<>();
  private final EventLoop loop;

  /** Whether the watchers will be told of what changes now. */
  private final AtomicBoolean due = new AtomicBoolean();

  private volatile @Nullable Supplier<NodeStatus> status;

  /** When they were last told, in {@link System#nanoTime}. */
  private volatile long toldNanos = System.nanoTime() - PERIOD.toNanos();

  Watchers(FailureLog failures) {
    loop = new EventLoop("chroniclesync-watch", failures);
  }

  /** Begins to tell. */
  void start(Supplier<NodeStatus> ofTheNode) {
    status = ofTheNode;
    dirty();
  }

  Watch add(Consumer<NodeStatus> listener) {
    listeners.add(listener);
    dirty();
    return () -> listeners.remove(listener);
  }

  /** Something changed. */
  void dirty() {
    if (!listeners.isEmpty() && status != null && !due.getAndSet(true)) {
      Duration since = Duration.ofNanos(System.nanoTime() - toldNanos);
      Duration wait = PERIOD.minus(since);
      loop.after(wait.isNegative() ? Duration.ZERO : wait, this::tell);
    }
  }

  private void tell() {
    Supplier<NodeStatus> ofTheNode = status;
    // Before the state is read: what changes from here on may not be in it.
    due.set(false);
    toldNanos = System.nanoTime();
    if (ofTheNode != null && !listeners.isEmpty()) {
      NodeStatus now = ofTheNode.get();
      listeners.forEach(listener -> tell(listener, now));
    }
  }

  void close(Duration patience) throws InterruptedException {
    listeners.clear();
    loop.close(patience);
  }

  private static void tell(Consumer<NodeStatus> listener, NodeStatus now) {
    try {
      listener.accept(now);
    } catch (RuntimeException | Error e) {
      LOG.warn("A watcher of the node's state failed.", e);
    }
  }
}
