// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What a store without indexes can still answer, by reading its whole change feed each time. Memory
 * is bounded, time grows with the feed: from memory, a search takes about 0.1 s with 100,000 visits
 * and 0.4 s with 300,000, and a read as long for each 5,000 visits that it yields; from a file, ten
 * times that. So a store that has its visits in memory can do without an index up to some hundred
 * thousand, one that reads them from a file up to some ten thousand.
 *
 * @param feed the change feed
 * @param check whether the store is open
 */
@ProviderType
public record Scans(Feed feed, ChunkCursor.Check check) {
  /** Entries of a window that are held at once. */
  private static final int CHUNK = 5_000;

  private static final Comparator<Entry> OLDEST_FIRST =
      Comparator.comparingDouble(Entry::visitTimeMillis).thenComparing(Entry::id);

  private record Counted(Entry newest, long count) {
    Counted and(Counted other) {
      Entry newer = OLDEST_FIRST.compare(newest, other.newest) > 0 ? newest : other.newest;
      return new Counted(newer, count + other.count);
    }
  }

  /** The change feed of a store. */
  @ConsumerType
  public interface Feed {
    /**
     * Shows the whole feed as it is at one moment, no visit twice.
     *
     * @param visitor takes each change; it is quick and does not fail
     * @throws StorageException if the feed cannot be read
     */
    void forEach(Consumer<Change> visitor) throws StorageException;
  }

  /**
   * Answers {@link org.chroniclesync.api.storage.HistoryStore#read}.
   *
   * @param window the stretch and its order
   * @return the entries, read again from the feed for each {@value #CHUNK}
   */
  public Cursor<Entry> read(Window window) {
    return new ChunkCursor<>(last -> chunk(window, last), check);
  }

  private List<Entry> chunk(Window window, @Nullable Entry last) throws StorageException {
    Comparator<Entry> order =
        window.order() == Window.Order.OLDEST_FIRST ? OLDEST_FIRST : OLDEST_FIRST.reversed();
    PriorityQueue<Entry> first = new PriorityQueue<>(order.reversed());
    forEachStanding(
        entry -> {
          boolean belongs =
              entry.visitTimeMillis() >= window.fromMillis()
                  && entry.visitTimeMillis() < window.untilMillis();
          if (belongs && (last == null || order.compare(entry, last) > 0)) {
            first.add(entry);
            if (first.size() > CHUNK) {
              first.remove();
            }
          }
        });
    List<Entry> chunk = new ArrayList<>(first);
    chunk.sort(order);
    return chunk;
  }

  /**
   * Answers {@link org.chroniclesync.api.storage.HistoryStore#search}. Holds a few numbers for each
   * page of the history meanwhile.
   *
   * @param search the question
   * @return the pages, best first
   * @throws StorageException if the feed cannot be read
   */
  public SearchResults search(Search search) throws StorageException {
    check.open();
    PageSearch pages = new PageSearch(search);
    if (pages.isEmpty()) {
      return SearchResults.NONE;
    }
    feed.forEach(change -> pages.see(change.entry()));
    SearchResults results = pages.results();
    if (!results.hits().isEmpty() || search.continuation() != null) {
      return results;
    }
    UnknownWords unknown = new UnknownWords(pages.query());
    feed.forEach(change -> unknown.see(change.entry()));
    return new SearchResults(List.of(), null, unknown.words());
  }

  /**
   * Answers {@link org.chroniclesync.api.storage.HistoryStore#devices}.
   *
   * @return a line a device
   * @throws StorageException if the feed cannot be read
   */
  public List<DeviceSummary> devices() throws StorageException {
    Map<DeviceId, Counted> devices = new HashMap<>();
    forEachStanding(
        entry -> devices.merge(entry.device().id(), new Counted(entry, 1), Counted::and));
    return devices.values().stream()
        .map(counted -> new DeviceSummary(counted.newest().device(), counted.count()))
        .toList();
  }

  private void forEachStanding(Consumer<Entry> visitor) throws StorageException {
    feed.forEach(
        change -> {
          if (!change.entry().deleted()) {
            visitor.accept(change.entry());
          }
        });
  }
}
