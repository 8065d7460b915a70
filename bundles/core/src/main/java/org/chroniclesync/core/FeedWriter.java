// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.jspecify.annotations.Nullable;

/**
 * Sends this node's feed to another node: first what it lacks, then what comes anew, never more
 * ahead of its acknowledgements than the window allows. One thread runs it; all else for any
 * thread.
 */
final class FeedWriter implements Stores.Follower {
  /**
   * How long a stretch is held back that has nothing for the peer but its end. While a peer's own
   * entries pour in, each batch of them moves our feed; the peer needs to hear of it once, not each
   * time.
   */
  private static final long QUIET_MILLIS = 200;

  private final Stores stores;
  private final Wire wire;
  private final Counters counters;
  private final long windowBytes;
  private final Overtaking overtaking = new Overtaking();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Flight> flights = new ArrayDeque<>();
  private long flightBytes;
  private @Nullable FeedId feed;
  private @Nullable FeedId peerFeed;
  private long sent;

  /** Beyond what was sent while a message is on its way into the channel. */
  private long leaving;

  private long acknowledged;
  private long head;
  private long answeredUpTo;
  private @Nullable FeedPosition wish;
  private boolean asked;
  private boolean replyDue;
  private boolean answering;
  private boolean grown;
  private boolean overtakes;

  /** A message on the way: what position it brings the peer to, and its size. */
  private record Flight(long upTo, int bytes) {}

  /**
   * How far the peer has taken over this node's feed.
   *
   * @param acknowledged durably held by the peer
   * @param head the newest position
   * @param asked whether the peer has asked at all
   */
  record Progress(long acknowledged, long head, boolean asked) {
    boolean complete() {
      return asked && acknowledged >= head;
    }
  }

  FeedWriter(Stores stores, Wire wire, Counters counters, long windowBytes) {
    this.stores = stores;
    this.wire = wire;
    this.counters = counters;
    this.windowBytes = windowBytes;
  }

  /** Entries of this feed came from the peer; it does not get them back. */
  void peerFeed(FeedId theirs) {
    lock.lock();
    try {
      peerFeed = theirs;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes notice of where the peer stands. A position that moved is an acknowledgement; any other,
   * the same one again among them, is the wish to begin, or to go back there.
   */
  void ask(FeedPosition position) {
    lock.lock();
    try {
      boolean following = asked && wish == null && position.feed().equals(feed);
      if (following && position.after() > acknowledged && position.after() <= leaving) {
        land(position.after());
      } else {
        wish = position;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Begins where the peer wished, if it wished for the feed that there is. */
  private void fulfil(FeedPosition position, StoreState state) {
    lock.lock();
    try {
      if (position.equals(wish)) {
        wish = null;
      }
      // A position of another feed says nothing about this one. The session tells the peer of this
      // one, and the peer asks again.
      if (position.feed().equals(state.feed())) {
        long after = position.after() <= state.head() ? position.after() : 0;
        asked = true;
        replyDue = true;
        answering = true;
        feed = state.feed();
        sent = after;
        leaving = after;
        acknowledged = after;
        answeredUpTo = state.head();
        head = state.head();
        overtaking.begin(state.head());
        flights.clear();
        flightBytes = 0;
      }
    } finally {
      lock.unlock();
    }
  }

  private void land(long after) {
    acknowledged = after;
    while (!flights.isEmpty() && flights.peekFirst().upTo() <= after) {
      flightBytes -= flights.removeFirst().bytes();
    }
  }

  @Override
  public void grew() {
    lock.lock();
    try {
      grown = true;
      overtakes = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  Progress progress() {
    lock.lock();
    try {
      return new Progress(acknowledged, head, asked);
    } finally {
      lock.unlock();
    }
  }

  /** Sends until the channel ends or the thread is interrupted. */
  void run() throws InterruptedException, ChannelClosedException, StorageException {
    while (true) {
      FeedPosition wished = awaitWork();
      if (wished != null) {
        fulfil(wished, stores.borrow(HistoryStore::state));
      } else {
        overtake();
        Stretch stretch = stores.borrow(this::read);
        if (begin(stretch)) {
          send(stretch);
        }
      }
    }
  }

  private Stretch read(HistoryStore store) throws StorageException {
    long after;
    FeedId leftOut;
    lock.lock();
    try {
      after = sent;
      leftOut = peerFeed;
    } finally {
      lock.unlock();
    }
    return Stretch.read(store, after, leftOut);
  }

  private @Nullable FeedPosition awaitWork() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (wish == null && !hasWork()) {
        changed.await();
      }
      if (wish == null) {
        grown = false;
      }
      return wish;
    } finally {
      lock.unlock();
    }
  }

  private boolean hasWork() {
    return asked && (replyDue || grown || sent < head) && flightBytes < windowBytes;
  }

  /** Returns false if there is nothing to send, or something changed while it was read. */
  private boolean begin(Stretch stretch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (!stretch.feed().equals(feed)) {
        // Another store took over. The session says so to the peer, which then asks anew.
        asked = false;
        return false;
      }
      head = Math.max(head, stretch.head());
      if (stretch.upTo() == sent && !replyDue) {
        return false;
      }
      if (!replyDue && stretch.changes().isEmpty() && stretch.isAtHead() && !isQuiet()) {
        return false;
      }
      replyDue = false;
      return wish == null;
    } finally {
      lock.unlock();
    }
  }

  /** Waits a moment; false if the feed grew meanwhile. */
  private boolean isQuiet() throws InterruptedException {
    long left = TimeUnit.MILLISECONDS.toNanos(QUIET_MILLIS);
    while (left > 0 && wish == null) {
      left = changed.awaitNanos(left);
    }
    return !grown;
  }

  private void send(Stretch stretch)
      throws InterruptedException, ChannelClosedException, StorageException {
    List<Change> changes = stretch.changes();
    if (changes.isEmpty()) {
      ship(stretch, List.of(), stretch.after(), stretch.upTo());
    }
    long after = stretch.after();
    int sentChanges = 0;
    for (List<Entry> entries : wire.messages(changes.stream().map(Change::entry).toList())) {
      sentChanges += entries.size();
      boolean last = sentChanges == changes.size();
      long upTo = last ? stretch.upTo() : changes.get(sentChanges - 1).position();
      if (!ship(stretch, entries, after, upTo)) {
        return;
      }
      after = upTo;
    }
  }

  /** Sends entries outside of the feed, in messages that fit. On any thread. */
  void sendApart(List<Entry> entries) throws InterruptedException, ChannelClosedException {
    for (List<Entry> message : wire.messages(entries)) {
      wire.send(new Payload.History(message, null, 0));
      counters.entriesOut.add(message.size());
    }
  }

  /** Returns false if the peer wished to go elsewhere meanwhile, so that the rest is of no use. */
  private boolean ship(Stretch stretch, List<Entry> entries, long after, long upTo)
      throws InterruptedException, ChannelClosedException, StorageException {
    boolean answer = awaitWindow();
    if (!leaves(stretch.feed(), after, upTo)) {
      return false;
    }
    Segment segment = new Segment(stretch.feed(), after, upTo, Math.max(upTo, stretch.head()));
    int bytes =
        wire.send(
            answer
                ? new Payload.SyncResponse(entries, segment, 0)
                : new Payload.History(entries, segment, 0));
    counters.entriesOut.add(entries.size());
    return launched(stretch.feed(), after, upTo, bytes);
  }

  /** Whether a message is part of the answer to what the peer asked. */
  private boolean awaitWindow()
      throws InterruptedException, ChannelClosedException, StorageException {
    while (!awaitWindowOrGrowth()) {
      overtake();
    }
    lock.lockInterruptibly();
    try {
      return answering;
    } finally {
      lock.unlock();
    }
  }

  /** Returns false if it is not the window that has room, but the feed that grew. */
  private boolean awaitWindowOrGrowth() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (flightBytes >= windowBytes && wish == null) {
        if (overtakes) {
          return false;
        }
        changed.await();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Sends what was recorded just now ahead of the history that the peer still lacks. */
  private void overtake() throws InterruptedException, ChannelClosedException, StorageException {
    long behind;
    lock.lockInterruptibly();
    try {
      if (!overtakes) {
        return;
      }
      overtakes = false;
      behind = sent;
    } finally {
      lock.unlock();
    }
    sendApart(stores.borrow(store -> overtaking.next(store, behind)));
  }

  /** Returns false if the feed is not there any more. */
  private boolean leaves(FeedId of, long after, long upTo) {
    lock.lock();
    try {
      boolean at = wish == null && of.equals(feed) && sent == after;
      // Before it is sent: the peer may acknowledge it before the call returns that sends it.
      if (at) {
        leaving = upTo;
      }
      return at;
    } finally {
      lock.unlock();
    }
  }

  private boolean launched(FeedId of, long after, long upTo, int bytes) {
    lock.lock();
    try {
      if (!of.equals(feed) || sent != after) {
        return false;
      }
      sent = upTo;
      answering = answering && upTo < answeredUpTo;
      // Else it is acknowledged already.
      if (upTo > acknowledged) {
        flights.addLast(new Flight(upTo, bytes));
        flightBytes += bytes;
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
