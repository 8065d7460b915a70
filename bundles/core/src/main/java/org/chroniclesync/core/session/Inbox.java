// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.ArrayDeque;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;

/**
 * What waits for the thread that merges: messages as they came, and tasks of the session in
 * between. Its bound is the receive window. Safe for any thread.
 */
final class Inbox {
  /** A client of version 1 knows no window. While so much waits it is read no further. */
  private static final long MAX_BYTES = 1 << 20;

  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private long bytes;

  /** Something for the thread that merges. */
  sealed interface Item {
    /**
     * A message.
     *
     * @param message the message
     * @param frameBytes how long its frames were
     */
    record Came(Message message, int frameBytes) implements Item {}

    /**
     * Something to do with the store.
     *
     * @param task what to do
     */
    record Todo(Task task) implements Item {}
  }

  /** Something to do on the thread that merges. */
  interface Task {
    void run() throws StorageException, InterruptedException, ChannelClosedException;
  }

  /** Adds a task. Never waits: the session itself adds few. */
  synchronized void add(Task task) {
    items.add(new Item.Todo(task));
    notifyAll();
  }

  /** Adds a message. Never waits: the window bounds what comes. */
  synchronized void add(Item.Came came) {
    items.add(came);
    bytes += came.frameBytes();
    notifyAll();
  }

  /** Waits until more can be taken from a peer that knows no window. */
  synchronized void awaitRoom() throws InterruptedException {
    while (bytes >= MAX_BYTES) {
      wait();
    }
  }

  /** Takes the next item, waiting for it. */
  synchronized Item take() throws InterruptedException {
    while (items.isEmpty()) {
      wait();
    }
    Item item = items.remove();
    if (item instanceof Item.Came came) {
      bytes -= came.frameBytes();
      notifyAll();
    }
    return item;
  }
}
