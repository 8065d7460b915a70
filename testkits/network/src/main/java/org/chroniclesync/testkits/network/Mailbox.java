// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.network;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.chroniclesync.api.discovery.DiscoveryEvent;
import org.chroniclesync.api.discovery.PeerId;
import org.jspecify.annotations.Nullable;

/** Tells a listener of events, one at a time, by a thread of its own. Safe for any thread. */
final class Mailbox {
  /** How many signals of one sender may wait, so that a flood costs the flooder only. */
  private static final int MAX_WAITING_OF_ONE = 256;

  /** How many events may wait before {@link #put} waits. */
  private static final int MAX_WAITING = 256;

  /** How long a listener may take to return once the mailbox closes, before it is interrupted. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Consumer<DiscoveryEvent> listener;
  private final Consumer<Throwable> thrown;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Item> waiting = new ArrayDeque<>();
  private final Map<PeerId, Integer> bySender = new HashMap<>();
  private final Thread thread;
  private boolean closed;
  private boolean abandoned;

  private record Item(@Nullable PeerId sender, DiscoveryEvent event) {}

  Mailbox(String name, Consumer<DiscoveryEvent> listener, Consumer<Throwable> thrown) {
    this.listener = listener;
    this.thrown = thrown;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  boolean isOwn(Thread other) {
    return other == thread;
  }

  /** Takes an event in any case, unless closed. */
  void post(DiscoveryEvent event) {
    lock.lock();
    try {
      add(new Item(null, event));
    } finally {
      lock.unlock();
    }
  }

  /** Takes a signal unless too many of its sender wait. */
  void offer(PeerId sender, DiscoveryEvent event) {
    lock.lock();
    try {
      int before = bySender.getOrDefault(sender, 0);
      if (before < MAX_WAITING_OF_ONE && add(new Item(sender, event))) {
        bySender.put(sender, before + 1);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes an event as soon as there is room; drops it if interrupted meanwhile. */
  void put(DiscoveryEvent event) {
    lock.lock();
    try {
      while (waiting.size() >= MAX_WAITING && !closed) {
        changed.await();
      }
      add(new Item(null, event));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private boolean add(Item item) {
    if (closed) {
      return false;
    }
    waiting.add(item);
    changed.signalAll();
    return true;
  }

  /**
   * Drops what waits, tells a last event and ends the thread. A listener that does not return is
   * interrupted; one that goes on in spite of it is left alone and told nothing more.
   */
  void close(DiscoveryEvent last) {
    lock.lock();
    try {
      waiting.clear();
      add(new Item(null, last));
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      thread.join(PATIENCE.toMillis());
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(PATIENCE.toMillis());
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
    lock.lock();
    try {
      abandoned = true;
    } finally {
      lock.unlock();
    }
    // For one that forgot the first interrupt and hangs over the last event; no effect on the dead.
    thread.interrupt();
  }

  private void run() {
    for (Item item = next(); item != null; item = next()) {
      try {
        listener.accept(item.event());
      } catch (RuntimeException | Error e) {
        thrown.accept(e);
      }
    }
  }

  private @Nullable Item next() {
    lock.lock();
    try {
      if (!closed) {
        // It was meant for the listener, which has returned. An interrupt by close stays: a
        // listener
        // that hangs once hangs again over the last event.
        Thread.interrupted();
      }
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      Item item = abandoned ? null : waiting.poll();
      if (item != null && item.sender() != null) {
        bySender.computeIfPresent(item.sender(), (who, count) -> count > 1 ? count - 1 : null);
      }
      changed.signalAll();
      return item;
    } finally {
      lock.unlock();
    }
  }
}
