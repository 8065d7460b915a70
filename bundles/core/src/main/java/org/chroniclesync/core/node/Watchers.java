// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.api.sync.NodeStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of changes, several at once when they come quickly. Safe for any thread. */
final class Watchers {
  private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);

  private final List<Consumer<NodeStatus>> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean dirty = new AtomicBoolean();

  Watch add(Consumer<NodeStatus> listener) {
    listeners.add(listener);
    dirty();
    return () -> listeners.remove(listener);
  }

  void dirty() {
    dirty.set(true);
  }

  /** Tells, if anything changed. One thread does so. */
  void tell(Supplier<NodeStatus> status) {
    if (!listeners.isEmpty() && dirty.getAndSet(false)) {
      NodeStatus now = status.get();
      listeners.forEach(listener -> tell(listener, now));
    }
  }

  void close() {
    listeners.clear();
  }

  private static void tell(Consumer<NodeStatus> listener, NodeStatus now) {
    try {
      listener.accept(now);
    } catch (RuntimeException | Error e) {
      LOG.warn("A watcher of the node's state failed.", e);
    }
  }
}
