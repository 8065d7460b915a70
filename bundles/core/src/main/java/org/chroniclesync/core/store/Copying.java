// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

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
import org.jspecify.annotations.Nullable;

/**
 * Brings what one store has to another. How far it has come is a mark in the store that is filled,
 * so it goes on where it was, also after a restart. And what was brought need not be brought back:
 * a store that got all it has from another one notes that, too.
 */
final class Copying {
  /** So much in one go that neither store is kept from leaving for long. */
  static final int SLICE = 2_000;

  private final HistoryStore from;
  private final HistoryStore to;
  private final String mark;
  private final String broughtMark;

  Copying(HistoryStore from, HistoryStore to) throws StorageException {
    this.from = from;
    this.to = to;
    this.mark = StoreMarks.copied(from.state().feed());
    this.broughtMark = StoreMarks.brought(from.state().feed());
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
    boolean onlyBrought = Brought.of(to.mark(broughtMark)).ours() == to.state().head();
    int left = bySource.size();
    for (Map.Entry<Optional<FeedId>, List<Entry>> group : bySource.entrySet()) {
      left--;
      Map<String, String> marks = left > 0 ? Map.of() : Map.of(mark, Long.toString(position));
      to.merge(new Batch(group.getValue(), group.getKey().orElse(null), marks));
    }
    if (onlyBrought) {
      Brought brought = new Brought(to.state().head(), position);
      to.merge(new Batch(List.of(), null, Map.of(broughtMark, brought.toString())));
    }
  }

  /**
   * What was brought, in both stores' positions.
   *
   * @param ours up to here, all that the filled store has came from the other
   * @param theirs and had this position there
   */
  private record Brought(long ours, long theirs) {
    static Brought of(@Nullable String mark) {
      if (mark == null) {
        return new Brought(0, 0);
      }
      int blank = mark.indexOf(' ');
      return new Brought(
          Long.parseLong(mark.substring(0, blank)), Long.parseLong(mark.substring(blank + 1)));
    }

    @Override
    public String toString() {
      return ours + " " + theirs;
    }
  }

  /**
   * Copies the marks, once all entries are copied and while nobody merges: what is true of a store
   * that was copied whole is true of the copy. Of two positions the greater counts, for each of
   * them is true.
   */
  void marks() throws StorageException {
    Map<String, String> theirs = to.marks();
    Map<String, String> news = new HashMap<>();
    for (Map.Entry<String, String> mark : from.marks().entrySet()) {
      String name = mark.getKey();
      String held = theirs.get(name);
      String joined = StoreMarks.joined(name, held, mark.getValue());
      if (!StoreMarks.isOwn(name) && !joined.equals(held)) {
        news.put(name, joined);
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

  /** Returns the position of the feed up to which all is copied. */
  long position() throws StorageException {
    Brought brought = Brought.of(from.mark(StoreMarks.brought(to.state().feed())));
    // A file that was put back from a backup has the name of its feed, but not all of it.
    boolean stillThere = to.state().head() >= brought.theirs();
    return Math.max(StoreMarks.number(to, mark), stillThere ? brought.ours() : 0);
  }
}
