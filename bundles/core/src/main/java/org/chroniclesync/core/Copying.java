// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;

/**
 * Brings what one store has to another. How far it has come is a mark in the store that is filled,
 * so it goes on where it was, also after a restart.
 */
final class Copying {
  /** So much in one go that neither store is kept from leaving for long. */
  static final int SLICE = 2_000;

  private final HistoryStore from;
  private final HistoryStore to;
  private final String mark;

  Copying(HistoryStore from, HistoryStore to) throws StorageException {
    this.from = from;
    this.to = to;
    this.mark = "copied/" + from.state().feed().value();
  }

  /**
   * Copies a slice; returns false if it was the last one. What comes meanwhile may be left, so that
   * this ends however much comes.
   */
  boolean next() throws StorageException {
    // By source, for a batch has one; and few batches, for each is a write to the disk. In a slice
    // each visit stands once, so their order says nothing.
    Map<Optional<FeedId>, List<Entry>> bySource = new LinkedHashMap<>();
    Change last = null;
    int count = 0;
    try (Cursor<Change> changes = from.changes(position())) {
      Change change = changes.next();
      while (change != null && count < SLICE) {
        bySource
            .computeIfAbsent(Optional.ofNullable(change.source()), source -> new ArrayList<>())
            .add(change.entry());
        last = change;
        count++;
        change = count < SLICE ? changes.next() : null;
      }
    }
    if (last != null) {
      merge(bySource, last.position());
    }
    return count == SLICE;
  }

  /** The mark goes with the last batch: before, not all of the slice is there. */
  private void merge(Map<Optional<FeedId>, List<Entry>> bySource, long position)
      throws StorageException {
    int left = bySource.size();
    for (Map.Entry<Optional<FeedId>, List<Entry>> group : bySource.entrySet()) {
      left--;
      Map<String, String> marks = left > 0 ? Map.of() : Map.of(mark, Long.toString(position));
      to.merge(new Batch(group.getValue(), group.getKey().orElse(null), marks));
    }
  }

  /**
   * Copies the marks, once all entries are copied and while nobody merges: what is true of a store
   * that was copied whole is true of the copy. Of two numbers the greater counts, for each of them
   * is true.
   */
  void marks() throws StorageException {
    Map<String, String> theirs = to.marks();
    Map<String, String> news = new HashMap<>();
    for (Map.Entry<String, String> mark : from.marks().entrySet()) {
      if (!Marks.isOwn(mark.getKey()) && Marks.isNews(theirs.get(mark.getKey()), mark.getValue())) {
        news.put(mark.getKey(), mark.getValue());
        if (news.size() == Batch.MAX_MARKS) {
          to.merge(new Batch(List.of(), null, news));
          news.clear();
        }
      }
    }
    if (!news.isEmpty()) {
      to.merge(new Batch(List.of(), null, news));
    }
  }

  /** How much is left, in positions of the feed. */
  long left() throws StorageException {
    return Math.max(0, from.state().head() - position());
  }

  private long position() throws StorageException {
    return Marks.number(to, mark);
  }
}
