// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.ArrayDeque;
import java.util.List;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Payload.Reconcile;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.core.base.EntryText;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the thread that merges: messages as they came, and tasks of the session in
 * between. Its bound is the receive window, for the bytes on the wire; what those unpack to has a
 * bound of its own, for a thousand bytes may be ten thousand entries. Safe for any thread.
 */
final class Inbox {
  /** A client of version 1 knows no window. While so much waits it is read no further. */
  private static final long MAX_BYTES = 1 << 20;

  /** Of messages of version 2, about so much waits unpacked, in bytes; the others wait packed. */
  private static final long MAX_UNPACKED = 16 << 20;

  /** What an entry takes besides its texts, about. */
  private static final int ENTRY_BYTES = 300;

  /** What a part of a comparison takes, or a digest in it, about. */
  private static final int PART_BYTES = 100;

  private final ArrayDeque<Item> items = new ArrayDeque<>();
  private long bytes;
  private long unpacked;

  /** Something for the thread that merges. */
  sealed interface Item {
    /**
     * A message.
     *
     * @param message the message
     * @param record what it was unpacked from, in version 2
     * @param frameBytes how long its frames were
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, and never compared
    record Came(Message message, byte @Nullable [] record, int frameBytes) implements Item {}

    /**
     * A message that is unpacked again when its turn has come.
     *
     * @param record what it is packed in
     * @param frameBytes how long its frames were
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, and never compared
    record Packed(byte[] record, int frameBytes) implements Item {}

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
    long size = size(came.message().payload());
    if (came.record() != null && unpacked > 0 && unpacked + size > MAX_UNPACKED) {
      items.add(new Item.Packed(came.record(), came.frameBytes()));
    } else {
      items.add(came);
      unpacked += size;
    }
    bytes += came.frameBytes();
    notifyAll();
  }

  private static long size(Payload payload) {
    if (payload instanceof Payload.History history) {
      return size(history.entries());
    } else if (payload instanceof Payload.SyncResponse response) {
      return size(response.entries());
    } else if (payload instanceof Reconcile turn) {
      return turn.parts().stream().mapToLong(Inbox::size).sum();
    }
    return payload instanceof Payload.Other other ? other.json().length() : 0;
  }

  private static long size(List<Entry> entries) {
    long size = 0;
    for (Entry entry : entries) {
      size += ENTRY_BYTES + EntryText.chars(entry);
    }
    return size;
  }

  private static long size(Reconcile.Part part) {
    int digests =
        part instanceof Reconcile.Listed listed
            ? listed.digests().size()
            : part instanceof Reconcile.Wanted wanted ? wanted.digests().size() : 0;
    return (1L + digests) * PART_BYTES;
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
      unpacked -= size(came.message().payload());
      notifyAll();
    } else if (item instanceof Item.Packed packed) {
      bytes -= packed.frameBytes();
    }
    return item;
  }
}
