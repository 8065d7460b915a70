// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.chroniclesync.api.transport.CloseReason;
import org.chroniclesync.core.store.ClientMarks;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Sends history to a client of version 1, which acknowledges nothing. But its channel is ordered
 * and it echoes pings: a ping behind the entries, once echoed, shows that they have arrived, though
 * not that they were stored. Only then is it noted how far the client has been served. One thread
 * runs it; all else for any thread.
 */
final class LegacyWriter {
  private final Stores stores;
  private final Wire wire;
  private final Sender sender;
  private final PingClock pings;
  private final Duration patience;
  private final FeedId source;
  private final PeerId peer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean grown = true;
  private @Nullable OptionalLong wanted;
  private double fence;
  private boolean fenced;

  /**
   * What was noted in this session. The mark may go meanwhile, to make room for other clients. For
   * the thread that writes.
   */
  private @Nullable FeedPosition noted;

  private volatile Progress progress = new Progress(0, 1);

  /**
   * How far the client has been served.
   *
   * @param served the position up to which everything has arrived there
   * @param head the newest position
   */
  record Progress(long served, long head) {
    boolean complete() {
      return served >= head;
    }
  }

  LegacyWriter(
      Stores stores, Wire wire, Sender sender, PingClock pings, PeerId peer, Duration patience) {
    this.stores = stores;
    this.wire = wire;
    this.sender = sender;
    this.pings = pings;

    this.patience = patience;
    this.peer = peer;
    this.source = sourceOf(peer);
  }

  /** A client has no feed; what came from it is known by its name, so as not to be sent back. */
  static FeedId sourceOf(PeerId peer) {
    String name = "legacy/" + peer.value();
    return new FeedId(name.substring(0, Math.min(name.length(), 128)));
  }

  void grew() {
    lock.lock();
    try {
      grown = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Answers a question for all versions made since a time. */
  void ask(OptionalLong sinceMillis) {
    lock.lock();
    try {
      wanted = sinceMillis;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void echoed(double timestamp) {
    lock.lock();
    try {
      if (timestamp == fence) {
        fenced = true;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  Progress progress() {
    return progress;
  }

  /** Sends until the channel ends or the thread is interrupted. */
  void run() throws InterruptedException, ChannelClosedException, StorageException {
    while (true) {
      OptionalLong since = awaitWork();
      if (since != null) {
        answer(since);
      } else {
        serve();
      }
    }
  }

  private @Nullable OptionalLong awaitWork() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!grown && wanted == null) {
        changed.await();
      }
      OptionalLong since = wanted;
      wanted = null;
      if (since == null) {
        grown = false;
      }
      return since;
    } finally {
      lock.unlock();
    }
  }

  private void answer(OptionalLong since)
      throws InterruptedException, ChannelClosedException, StorageException {
    long least = since.orElse(Long.MIN_VALUE);
    long after = 0;
    while (true) {
      FeedChunk chunk = read(after);
      send(
          chunk.changes().stream()
              .map(Change::entry)
              .filter(entry -> entry.lastModifiedMillis() >= least)
              .toList(),
          true);
      awaitFence();
      after = chunk.upTo();
      if (after >= chunk.head()) {
        return;
      }
    }
  }

  private void serve() throws InterruptedException, ChannelClosedException, StorageException {
    while (true) {
      FeedChunk chunk = stores.borrow(store -> FeedChunk.read(store, served(store), source));
      progress = new Progress(chunk.after(), chunk.head());
      if (chunk.upTo() == chunk.after()) {
        return;
      }
      List<Entry> entries = chunk.changes().stream().map(Change::entry).toList();
      if (!entries.isEmpty()) {
        send(entries, false);
        awaitFence();
      }
      note(chunk);
      progress = new Progress(chunk.upTo(), chunk.head());
    }
  }

  private FeedChunk read(long after) throws StorageException, InterruptedException {
    return stores.borrow(store -> FeedChunk.read(store, after, null));
  }

  private void send(List<Entry> entries, boolean answer)
      throws InterruptedException, ChannelClosedException {
    for (List<Entry> message : wire.messages(entries)) {
      ship(message, answer);
    }
  }

  private void ship(List<Entry> entries, boolean answer)
      throws InterruptedException, ChannelClosedException {
    sender.ship(
        Sender.Lane.FEED,
        wire.prepare(
            answer
                ? new Payload.SyncResponse(entries, null, 0)
                : new Payload.History(entries, null, 0)));
  }

  private void awaitFence() throws InterruptedException, ChannelClosedException {
    double timestamp = raiseFence();
    // In the same lane, so that it stays behind the entries.
    sender.ship(Sender.Lane.FEED, wire.prepare(new Payload.Ping(timestamp, null)));
    lock.lockInterruptibly();
    try {
      long left = patience.toNanos();
      while (!fenced && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (!fenced) {
        throw new ChannelClosedException(
            new CloseReason(
                CloseReason.Kind.LOST,
                "the client did not confirm what it was sent within "
                    + TimeUnit.NANOSECONDS.toSeconds(patience.toNanos())
                    + " s; it will be sent again"));
      }
    } finally {
      lock.unlock();
    }
  }

  private double raiseFence() {
    lock.lock();
    try {
      fence = pings.next();
      fenced = false;
      return fence;
    } finally {
      lock.unlock();
    }
  }

  private void note(FeedChunk chunk) throws StorageException, InterruptedException {
    FeedPosition position = new FeedPosition(chunk.feed(), chunk.upTo());
    boolean first = noted == null;
    noted = position;
    stores.reach().holds(peer, position);
    // Not through merge(): a mark is no growth, and would wake us for nothing.
    stores.borrow(
        store ->
            store.merge(
                new Batch(List.of(), null, ClientMarks.served(store, peer, position, first))));
  }

  private long served(HistoryStore store) throws StorageException {
    StoreState state = store.state();
    long here = position(noted, state);
    return here > 0 ? here : position(ClientMarks.served(store, peer), state);
  }

  /** A store that was put back from a copy has the name of its feed, but not all of it. */
  private static long position(@Nullable FeedPosition served, StoreState state) {
    return served != null && served.feed().equals(state.feed()) && served.after() <= state.head()
        ? served.after()
        : 0;
  }
}
