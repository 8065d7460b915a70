// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.chroniclesync.api.message.Message;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.core.base.LeasedService.Lease;

/**
 * The thread of a session that hands messages to their handlers, and so stores what came. It also
 * tells the handlers that the session opens and closes.
 */
final class Merger {
  private final Inbox inbox;
  private final MessageHandlers handlers;
  private final Owner owner;
  private final Set<LateHandler> opened = Collections.newSetFromMap(new IdentityHashMap<>());
  private final AtomicBoolean lookWaits = new AtomicBoolean();
  private final Runnable follower = this::handlersChanged;
  private int frameBytes;
  private boolean ended;

  /** The session that it works for. */
  interface Owner {
    /** Tells whether the session has ended. */
    boolean isOver();

    /** Unpacks a record that was unpacked before, and so is right. */
    Message unpack(byte[] record) throws InterruptedException;

    /** Handles a message. */
    void handle(Message message)
        throws ChannelClosedException, InterruptedException, StorageException;

    /** A message of so many bytes was dealt with. */
    void handled(int frameBytes);

    /** Tells a handler that the session opens. */
    void open(LateHandler handler) throws InterruptedException;

    /** Tells a handler that the session has closed. */
    void close(LateHandler handler);
  }

  Merger(Inbox inbox, MessageHandlers handlers, Owner owner) {
    this.inbox = inbox;
    this.handlers = handlers;
    this.owner = owner;
  }

  /** Returns how long the frames were of the message that is being handled. */
  int frameBytes() {
    return frameBytes;
  }

  /** The session opens; its first message comes after this. */
  synchronized void open() {
    if (!ended) {
      handlers.follow(follower);
      handlersChanged();
    }
  }

  private synchronized void end() {
    ended = true;
    handlers.unfollow(follower);
  }

  private void handlersChanged() {
    if (!lookWaits.getAndSet(true)) {
      inbox.add(this::openHandlers);
    }
  }

  /** Works until the session ends. */
  void run() throws ChannelClosedException, InterruptedException, StorageException {
    try {
      // A message may end the session here, on this thread, which nobody interrupts then.
      while (!owner.isOver()) {
        Inbox.Item item = inbox.take();
        if (item instanceof Inbox.Item.Todo todo) {
          todo.task().run();
        } else if (item instanceof Inbox.Item.Came came) {
          handle(came.message(), came.frameBytes());
        } else if (item instanceof Inbox.Item.Packed packed) {
          handle(owner.unpack(packed.record()), packed.frameBytes());
        }
      }
    } finally {
      end();
      // The interrupt that ended the session is not meant for them.
      Thread.interrupted();
      closeHandlers();
    }
  }

  private void handle(Message message, int bytes)
      throws ChannelClosedException, InterruptedException, StorageException {
    frameBytes = bytes;
    owner.handle(message);
    owner.handled(bytes);
  }

  private void openHandlers() throws InterruptedException {
    lookWaits.set(false);
    opened.removeIf(handler -> !handlers.has(handler));
    List<Lease<LateHandler>> leases = handlers.inUse();
    try {
      for (Lease<LateHandler> lease : leases) {
        open(lease.service());
      }
    } finally {
      leases.forEach(Lease::close);
    }
  }

  /**
   * Opens the session for a handler, once. For the thread that merges, also before a message: the
   * handler may be one that the message has waited for.
   */
  void open(LateHandler handler) throws InterruptedException {
    if (opened.add(handler)) {
      owner.open(handler);
    }
  }

  /** Those that have left are not called any more; those that a better one replaced are. */
  private void closeHandlers() {
    for (LateHandler handler : opened) {
      Lease<LateHandler> lease = handlers.lease(handler);
      if (lease != null) {
        try (lease) {
          owner.close(handler);
        }
      }
    }
    opened.clear();
  }
}
