// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.message.Payload;
import org.chroniclesync.api.message.Segment;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.transport.ChannelClosedException;
import org.jspecify.annotations.Nullable;

/**
 * Takes over the feed of a peer. How far it has come is a mark in the store, written with the
 * entries: it is the acknowledgement, and it cannot be ahead of what is stored. Safe for any
 * thread; entries are stored by the one that reads.
 */
final class FeedReader {
  private final Stores stores;
  private final Wire wire;
  private final long ackBytes;

  private @Nullable FeedId feed;
  private long unacknowledgedBytes;
  private long askedAt;
  private boolean wentBack;
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
  FeedReader(Stores stores, Wire wire, long ackBytes) {
    this.stores = stores;
    this.wire = wire;
    this.ackBytes = ackBytes;
  }

  static String mark(FeedId feed) {
    return "feed/" + feed.value();
  }

  /** Asks for what is missing of a feed, if that is not under way already. */
  synchronized void follow(FeedId followed)
      throws StorageException, InterruptedException, ChannelClosedException {
    if (!followed.equals(feed)) {
      feed = followed;
      progress = new Progress(0, 0, false);
      ask();
    }
  }

  synchronized boolean follows(FeedId known) {
    return known.equals(feed);
  }

  /** Takes notice of a feed that is asked for later. */
  synchronized void await(FeedId awaited) {
    feed = awaited;
    progress = new Progress(0, 0, false);
  }

  /** Asks again from where the store is now: it is another one, or something was missed. */
  synchronized void ask() throws StorageException, InterruptedException, ChannelClosedException {
    FeedId asked = feed;
    if (asked == null) {
      return;
    }
    long position = stores.borrow(store -> position(store, asked));
    progress = new Progress(position, Math.max(position, progress.head()), progress.heard());
    acknowledge(asked);
  }

  /** Stores entries that came outside of the feed; they are welcome, but prove nothing. */
  synchronized void merge(List<Entry> entries) throws StorageException, InterruptedException {
    FeedId source = feed;
    if (!entries.isEmpty()) {
      stores.mergeWith(
          (store, epoch) -> store.merge(stores.arrived(new Batch(entries, source, Map.of()))));
    }
  }

  /**
   * Stores a part of the feed.
   *
   * @param frameBytes how long the frames were in which it came
   */
  synchronized void merge(List<Entry> entries, Segment segment, int frameBytes)
      throws StorageException, InterruptedException, ChannelClosedException {
    if (!segment.feed().equals(feed)) {
      // The peer changed its store, and its entries were faster than its word.
      feed = segment.feed();
      askedAt = 0;
      wentBack = false;
    }
    long position = stores.mergeWith((store, epoch) -> mergeAt(store, entries, segment));
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
        position > held ? Map.of(mark(segment.feed()), Long.toString(position)) : Map.of();
    if (!entries.isEmpty() || !marks.isEmpty()) {
      store.merge(stores.arrived(new Batch(entries, segment.feed(), marks)));
    }
    return position;
  }

  /** The same position twice says: something was missed, go back there. */
  private void acknowledge(FeedId asked) throws ChannelClosedException, InterruptedException {
    unacknowledgedBytes = 0;
    askedAt = progress.position();
    wire.send(
        new Payload.SyncRequest(
            OptionalLong.empty(), new FeedPosition(asked, progress.position())));
  }

  Progress progress() {
    return progress;
  }

  private static long position(HistoryStore store, FeedId feed) throws StorageException {
    return Marks.number(store, mark(feed));
  }
}
