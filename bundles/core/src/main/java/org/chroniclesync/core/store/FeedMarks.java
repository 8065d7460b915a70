// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.chroniclesync.api.discovery.PeerId;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/**
 * How far the feeds of a peer are held: one mark for each peer, with its last few feeds. A mark for
 * each feed would let one peer, which may call its feeds what it likes, take the room of all marks.
 */
public final class FeedMarks {
  /** A peer has a feed for each of its storages. */
  private static final int MOST = 4;

  private FeedMarks() {}

  /** One line of the mark. */
  private record Noted(FeedId feed, long position, long comparedMillis) {
    @Override
    public String toString() {
      return position + " " + comparedMillis + " " + feed.value();
    }
  }

  /** Returns up to which position a feed is held, 0 if that was never noted. */
  public static long held(HistoryStore store, PeerId peer, FeedId feed) throws StorageException {
    Noted noted = noted(store, peer, feed);
    return noted == null ? StoreMarks.number(store, StoreMarks.held(feed)) : noted.position();
  }

  /**
   * Returns when the feed's store was last found to have the same as this one, in milliseconds; 0
   * for never.
   */
  public static long compared(HistoryStore store, PeerId peer, FeedId feed)
      throws StorageException {
    Noted noted = noted(store, peer, feed);
    return noted == null
        ? StoreMarks.number(store, StoreMarks.compared(feed))
        : noted.comparedMillis();
  }

  /** Returns the mark with another position of a feed. */
  public static Map<String, String> held(
      HistoryStore store, PeerId peer, FeedId feed, long position) throws StorageException {
    return compared(store, peer, feed, position, compared(store, peer, feed));
  }

  /** Returns the mark with another position of a feed, and when it was compared. */
  public static Map<String, String> compared(
      HistoryStore store, PeerId peer, FeedId feed, long position, long comparedMillis)
      throws StorageException {
    List<Noted> noted = new ArrayList<>(all(store, peer));
    noted.removeIf(other -> other.feed().equals(feed));
    noted.add(new Noted(feed, position, comparedMillis));
    return Map.of(StoreMarks.feeds(peer), value(noted));
  }

  private static String value(List<Noted> noted) {
    return noted.stream()
        .skip(Math.max(0, noted.size() - MOST))
        .map(Noted::toString)
        .collect(Collectors.joining("\n"));
  }

  /** Joins the marks of two stores that hold the same: of each feed the greater position counts. */
  static String joined(String held, String offered) {
    Map<FeedId, Noted> all = new LinkedHashMap<>();
    for (String mark : List.of(held, offered)) {
      mark.lines()
          .map(FeedMarks::noted)
          .forEach(noted -> all.merge(noted.feed(), noted, FeedMarks::further));
    }
    return value(List.copyOf(all.values()));
  }

  private static Noted further(Noted one, Noted other) {
    return new Noted(
        one.feed(),
        Math.max(one.position(), other.position()),
        Math.max(one.comparedMillis(), other.comparedMillis()));
  }

  private static @Nullable Noted noted(HistoryStore store, PeerId peer, FeedId feed)
      throws StorageException {
    for (Noted noted : all(store, peer)) {
      if (noted.feed().equals(feed)) {
        return noted;
      }
    }
    return null;
  }

  private static List<Noted> all(HistoryStore store, PeerId peer) throws StorageException {
    String mark = store.mark(StoreMarks.feeds(peer));
    return mark == null ? List.of() : mark.lines().map(FeedMarks::noted).toList();
  }

  private static Noted noted(String line) {
    String[] words = line.split(" ", 3);
    return new Noted(new FeedId(words[2]), Long.parseLong(words[0]), Long.parseLong(words[1]));
  }
}
