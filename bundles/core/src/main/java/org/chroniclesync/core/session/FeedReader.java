// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.session;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.core.store.FeedMarks;
import org.chroniclesync.core.store.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Takes over the feed of a peer. How far it has come is a mark in the store, written with the
 * entries: it is the acknowledgement, and it cannot be ahead of what is stored. For the thread that
 * merges; {@link #follows}, {@link #progress} and {@link #isUnderWay} for any.
 */
final class FeedReader {
  private final Stores stores;
  private final PeerId peer;
  private final Sender sender;
  private final long ackBytes;

  private volatile @Nullable FeedId feed;
  private long unacknowledgedBytes;
  private long askedAt;
  private boolean wentBack;

  /** Whether the peer was asked for the feed, and not only told of. */
  private volatile boolean asked;

  private volatile Progress progress = new Progress(0, 0, false);

  /**
   * How far the peer's feed is taken over.
   *
   * @param position durably held
   * @param head the newest position known
   * @param heard whether the peer has said where its head is
   */
  record Progress(long position, long head, boolean heard) {
    boolean complete() {
      return heard && position >= head;
    }
  }

  /** Acknowledges at the latest after so many bytes, well before the peer's window is full. */
  FeedReader(Stores stores, PeerId peer, Sender sender, long ackBytes) {
    this.stores = stores;
    this.peer = peer;
    this.sender = sender;
    this.ackBytes = ackBytes;
  }

  /** Asks for what is missing of a feed, if that is not under way already. */
  void follow(FeedId followed) throws StorageException, InterruptedException {
    if (!followed.equals(feed)) {
      await(followed);
      ask();
    }
  }

  boolean follows(FeedId known) {
    return known.equals(feed);
  }

  /** Takes notice of a feed that is asked for later. */
  void await(FeedId awaited) {
    feed = awaited;
    asked = false;
    progress = new Progress(0, 0, false);
  }

  /**
   * Another store is in use. What it lacks is asked for; if it lacks nothing, what is on its way
   * need not come twice.
   */
  void look() throws StorageException, InterruptedException {
    FeedId followed = feed;
    if (followed != null
        && stores.borrow(store -> position(store, followed)) < progress.position()) {
      ask();
    }
  }

  /** Asks again from where the store is now: it is another one, or something was missed. */
  void ask() throws StorageException, InterruptedException {
    FeedId wanted = feed;
    if (wanted == null) {
      return;
    }
    asked = true;
    long position = stores.borrow(store -> position(store, wanted));
    progress = new Progress(position, Math.max(position, progress.head()), progress.heard());
    acknowledge(wanted);
  }

  /** Asks again, because something was lost; until the answer comes it is not known what. */
  void askAnew() throws StorageException, InterruptedException {
    progress = new Progress(progress.position(), progress.head(), false);
    ask();
  }

  /**
   * The peer said elsewhere where its head is. Its answer to what is asked next may not come: a
   * position that it has sent up to counts as an acknowledgement.
   */
  void heard(FeedId of, long head) {
    if (of.equals(feed)) {
      progress = new Progress(progress.position(), Math.max(progress.head(), head), true);
    }
  }

  /** Stores entries that came outside of the feed; they are welcome, but prove nothing. */
  void merge(List<Entry> entries) throws StorageException, InterruptedException {
    FeedId source = feed;
    List<Entry> allowed = stores.allowed(entries);
    if (!allowed.isEmpty()) {
      stores.mergeWith(
          (store, epoch) -> store.merge(stores.arrived(new Batch(allowed, source, Map.of()))));
    }
  }

  /**
   * Stores a part of the feed.
   *
   * @param frameBytes how long the frames were in which it came
   */
  void merge(List<Entry> entries, Segment segment, int frameBytes)
      throws StorageException, InterruptedException {
    if (!segment.feed().equals(feed)) {
      // The peer changed its store, and its entries were faster than its word.
      feed = segment.feed();
      asked = true;
      askedAt = 0;
      wentBack = false;
    }
    List<Entry> allowed = stores.allowed(entries);
    long position = stores.mergeWith((store, epoch) -> mergeAt(store, allowed, segment));
    progress = new Progress(position, Math.max(segment.head(), segment.upTo()), true);
    unacknowledgedBytes += frameBytes;
    boolean due = segment.upTo() >= segment.head() || unacknowledgedBytes >= ackBytes;
    if (position > askedAt ? due : missed(segment, position)) {
      acknowledge(segment.feed());
    }
  }

  /** Once for each hole: what is already on the way behind it does not join either. */
  private boolean missed(Segment segment, long position) {
    if (segment.after() <= position) {
      wentBack = false;
      return false;
    }
    boolean first = !wentBack;
    wentBack = true;
    return first;
  }

  private long mergeAt(HistoryStore store, List<Entry> entries, Segment segment)
      throws StorageException {
    long held = position(store, segment.feed());
    // With a hole before it the segment's entries are welcome but prove nothing.
    boolean joins = segment.after() <= held;
    long position = joins ? Math.max(held, segment.upTo()) : held;
    Map<String, String> marks =
        position > held ? FeedMarks.held(store, peer, segment.feed(), position) : Map.of();
    if (!entries.isEmpty() || !marks.isEmpty()) {
      store.merge(stores.arrived(new Batch(entries, segment.feed(), marks)));
    }
    return position;
  }

  /** The same position twice says: something was missed, go back there. */
  private void acknowledge(FeedId read) {
    unacknowledgedBytes = 0;
    askedAt = progress.position();
    sender.say(
        new Payload.SyncRequest(OptionalLong.empty(), new FeedPosition(read, progress.position())));
  }

  /** Whether the peer was asked for its feed, and not all of it has come. */
  boolean isUnderWay() {
    return asked && !progress.complete();
  }

  Progress progress() {
    return progress;
  }

  private long position(HistoryStore store, FeedId of) throws StorageException {
    return FeedMarks.held(store, peer, of);
  }
}
