// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chroniclesync.api.discovery.PeerId;
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
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Sends this node's feed to another node: first what it lacks, then what comes anew, as far as the
 * peer's credit goes. One thread runs it; all else for any thread.
 */
final class FeedWriter {
  /**
   * How long a chunk is held back that has nothing for the peer but its end. While a peer's own
   * entries pour in, each batch of them moves our feed; the peer needs to hear of it once, not each
   * time.
   */
  private static final long QUIET_MILLIS = 200;

  private final Stores stores;
  private final PeerId peer;
  private final Wire wire;
  private final Sender sender;
  private final LiveEntries liveEntries = new LiveEntries();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
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
  private boolean hasLive;

  /** Where the peer stands in the feed of a store that was not in use when it was looked for. */
  private @Nullable FeedPosition parked;

  /** Whether the peer has to be told which store is in use, and parked work to be looked at. */
  private boolean strayed;

  /** The peer once stood beyond the head, and got everything again. */
  private boolean startedOver;

  /** What there is to do next. */
  private sealed interface Work {
    /** To begin where the peer wishes. */
    record Wish(FeedPosition position) implements Work {}

    /** To look for what should not wait for its turn. */
    record Live() implements Work {}

    /** To go on with the feed. */
    record Feed() implements Work {}
  }

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

  FeedWriter(Stores stores, PeerId peer, Wire wire, Sender sender) {
    this.stores = stores;
    this.peer = peer;
    this.wire = wire;
    this.sender = sender;
    sender.onRoom(this::signal);
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
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
   * Takes note of where the peer stands. A position that moved is an acknowledgement; any other,
   * the same one again among them, is the wish to begin, or to go back there.
   */
  void ask(FeedPosition position) {
    boolean acknowledges;
    lock.lock();
    try {
      boolean following = asked && wish == null && position.feed().equals(feed);
      acknowledges = following && position.after() > acknowledged && position.after() <= leaving;
      if (acknowledges) {
        acknowledged = position.after();
      } else {
        wish = position;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (acknowledges) {
      stores.reach().holds(peer, position);
    }
  }

  /** Begins where the peer wished, if it wished for the feed that there is. */
  private void fulfil(FeedPosition position, StoreState state) {
    if (position.feed().equals(state.feed()) && position.after() <= state.head()) {
      stores.reach().holds(peer, position);
    }
    lock.lock();
    try {
      if (position.equals(wish)) {
        wish = null;
      }
      // A position of another feed says nothing about this one. The session tells the peer of this
      // one, and the peer asks again.
      if (!position.feed().equals(state.feed())) {
        park(position);
      } else {
        parked = null;
        boolean beyond = position.after() > state.head();
        long after = !beyond ? position.after() : startedOver ? state.head() : 0;
        startedOver |= beyond;
        asked = true;
        replyDue = !beyond || after == 0;
        answering = replyDue;
        feed = state.feed();
        sent = after;
        leaving = after;
        acknowledged = after;
        answeredUpTo = state.head();
        head = state.head();
        liveEntries.begin(state.head());
      }
    } finally {
      lock.unlock();
    }
  }

  private void park(FeedPosition position) {
    asked = false;
    parked = position;
    strayed = true;
  }

  /** Tells whether the peer follows another feed than the one that was found. */
  boolean hasStrayed() {
    lock.lock();
    try {
      return strayed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The peer was told that this is the feed in use. If it is the one that it followed all the time,
   * because another store was in use for a moment only, the peer sees no reason to ask again.
   */
  void settle(FeedId told) {
    lock.lock();
    try {
      strayed = false;
      if (parked != null && parked.feed().equals(told) && wish == null) {
        wish = parked;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void grew() {
    lock.lock();
    try {
      grown = true;
      hasLive = true;
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

  /** Sends until the session ends. */
  void run() throws InterruptedException, ChannelClosedException, StorageException {
    while (true) {
      Work work = awaitWork();
      if (work instanceof Work.Wish wished) {
        fulfil(wished.position(), stores.borrow(HistoryStore::state));
      } else if (work instanceof Work.Live) {
        sendLive();
      } else {
        FeedChunk chunk = stores.borrow(this::read);
        if (begin(chunk)) {
          send(chunk);
        }
      }
    }
  }

  private FeedChunk read(HistoryStore store) throws StorageException {
    long after;
    FeedId leftOut;
    lock.lock();
    try {
      after = sent;
      leftOut = peerFeed;
    } finally {
      lock.unlock();
    }
    return FeedChunk.read(store, after, leftOut);
  }

  private Work awaitWork() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (wish != null) {
          return new Work.Wish(wish);
        }
        if (asked && hasLive) {
          return new Work.Live();
        }
        if (asked && (replyDue || grown || sent < head) && sender.takesFeed()) {
          grown = false;
          return new Work.Feed();
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns false if there is nothing to send, or something changed while it was read. */
  private boolean begin(FeedChunk chunk) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (!chunk.feed().equals(feed)) {
        // Another store took over. The session says so to the peer, which then asks anew.
        if (feed != null) {
          park(new FeedPosition(feed, acknowledged));
        }
        return false;
      }
      if (chunk.head() < sent) {
        // The same feed, but less of it: a copy was put back, against the store's contract.
        wish = new FeedPosition(chunk.feed(), sent);
        return false;
      }
      head = chunk.head();
      if (chunk.upTo() == sent && !replyDue) {
        return false;
      }
      if (!replyDue && chunk.changes().isEmpty() && chunk.isAtHead() && !isQuiet()) {
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

  private void send(FeedChunk chunk)
      throws InterruptedException, ChannelClosedException, StorageException {
    List<Change> changes = chunk.changes();
    if (changes.isEmpty()) {
      ship(chunk, List.of(), chunk.after(), chunk.upTo());
    }
    long after = chunk.after();
    int sentChanges = 0;
    for (List<Entry> entries : wire.messages(changes.stream().map(Change::entry).toList())) {
      sentChanges += entries.size();
      boolean last = sentChanges == changes.size();
      long upTo = last ? chunk.upTo() : changes.get(sentChanges - 1).position();
      if (!ship(chunk, entries, after, upTo)) {
        return;
      }
      after = upTo;
    }
  }

  /** Sends entries outside of the feed, in messages that fit. On any thread. */
  void sendApart(List<Entry> entries) throws InterruptedException, ChannelClosedException {
    for (List<Entry> message : wire.messages(entries)) {
      sender.ship(Sender.Lane.PROMPT, wire.prepare(new Payload.History(message, null, 0)));
    }
  }

  /** Returns false if the peer wished to go elsewhere meanwhile, so that the rest is of no use. */
  private boolean ship(FeedChunk chunk, List<Entry> entries, long after, long upTo)
      throws InterruptedException, ChannelClosedException, StorageException {
    while (!awaitRoom()) {
      sendLive();
    }
    Segment segment = new Segment(chunk.feed(), after, upTo, Math.max(upTo, chunk.head()));
    Wire.Parcel parcel =
        wire.prepare(
            isAnswer()
                ? new Payload.SyncResponse(entries, segment, 0)
                : new Payload.History(entries, segment, 0));
    if (!leaves(chunk.feed(), after, upTo)) {
      return false;
    }
    sender.ship(Sender.Lane.FEED, parcel);
    return left(chunk.feed(), after, upTo);
  }

  /** Waits until a message can leave. Returns false if something else should leave before. */
  private boolean awaitRoom() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (wish == null && !sender.takesFeed()) {
        if (hasLive) {
          return false;
        }
        changed.await();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a message is part of the answer to what the peer asked. */
  private boolean isAnswer() {
    lock.lock();
    try {
      return answering;
    } finally {
      lock.unlock();
    }
  }

  /** Sends what was recorded just now ahead of the history that the peer still lacks. */
  private void sendLive() throws InterruptedException, ChannelClosedException, StorageException {
    long behind;
    lock.lockInterruptibly();
    try {
      hasLive = false;
      behind = sent;
    } finally {
      lock.unlock();
    }
    sendApart(stores.borrow(store -> liveEntries.next(store, behind)));
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

  private boolean left(FeedId of, long after, long upTo) {
    lock.lock();
    try {
      if (!of.equals(feed) || sent != after) {
        return false;
      }
      sent = upTo;
      answering = answering && upTo < answeredUpTo;
      return true;
    } finally {
      lock.unlock();
    }
  }
}
