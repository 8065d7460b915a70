// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
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
 * @param clock what time it is, because newer visits are ranked higher
 */
@ProviderType
public record Scans(Feed feed, ChunkCursor.Check check, InstantSource clock) {
  /** Entries of a window that are held at once. */
  private static final int CHUNK = 5_000;

  private static final double[] WEIGHTS = {8, 4, 1};
  private static final double SATURATION = 1.2;
  private static final double HALF_LIFE_MILLIS = 30.0 * 24 * 60 * 60 * 1000;

  private static final Comparator<Entry> OLDEST_FIRST =
      Comparator.comparingDouble(Entry::visitTimeMillis).thenComparing(Entry::id);

  private static final Comparator<Scored> BEST_FIRST =
      Comparator.comparingDouble(Scored::score)
          .thenComparing(Scored::entry, OLDEST_FIRST)
          .reversed();

  private record Scored(Entry entry, double score) {}

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
   * Answers {@link org.chroniclesync.api.storage.HistoryStore#search}.
   *
   * @param search the question
   * @return the hits, best first
   * @throws StorageException if the feed cannot be read
   */
  public List<Hit> search(Search search) throws StorageException {
    Query query = Query.parse(search.text());
    check.open();
    if (query.isEmpty()) {
      return List.of();
    }
    double now = clock.millis();
    PriorityQueue<Scored> best = new PriorityQueue<>(BEST_FIRST.reversed());
    forEachStanding(
        entry -> {
          double score = score(entry, query) * recency(entry, now);
          if (score > 0) {
            best.add(new Scored(entry, score));
            if (best.size() > search.limit()) {
              best.remove();
            }
          }
        });
    return best.stream().sorted(BEST_FIRST).map(scored -> hit(scored, query)).toList();
  }

  private static Hit hit(Scored scored, Query query) {
    Excerpt excerpt = Excerpt.of(scored.entry(), query);
    return new Hit(scored.entry(), scored.score(), excerpt.text(), excerpt.matches());
  }

  private static double recency(Entry entry, double nowMillis) {
    double age = Math.max(0, nowMillis - entry.visitTimeMillis()) / HALF_LIFE_MILLIS;
    return 1 + Math.pow(2, -age);
  }

  /** Returns 0 if a term is missing. */
  private static double score(Entry entry, Query query) {
    PageSummary page = entry.page();
    List<String> texts = List.of(entry.title(), entry.url(), page == null ? "" : page.summary());
    if (!query.mayBeIn(texts)) {
      return 0;
    }
    List<List<Words.Word>> fields = texts.stream().map(Words::in).toList();
    double score = 0;
    for (Query.Term term : query.terms()) {
      double frequency = 0;
      for (int field = 0; field < WEIGHTS.length; field++) {
        frequency += WEIGHTS[field] * term.count(fields.get(field));
      }
      if (frequency == 0) {
        return 0;
      }
      score += frequency / (frequency + SATURATION);
    }
    return score;
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
