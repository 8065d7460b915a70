// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.jspecify.annotations.Nullable;

/** One search that is shown all visits, in any order. */
final class PageSearch {
  private static final Comparator<Entry> OLDEST_FIRST =
      Comparator.comparingDouble(Entry::visitTimeMillis).thenComparing(Entry::id);

  private final Search search;
  private final Query query;
  private final Map<String, Page> pages = new HashMap<>();

  PageSearch(Search search) {
    this.search = search;
    this.query = Query.of(search);
  }

  Query query() {
    return query;
  }

  boolean isEmpty() {
    return query.isEmpty();
  }

  void see(Entry entry) {
    if (Visibility.isShown(entry)) {
      Page page = pages.computeIfAbsent(entry.url(), url -> new Page(entry));
      page.count(entry);
      if (query.admits(entry)) {
        page.match(entry, query.rate(entry));
      }
    }
  }

  SearchResults results() {
    Continuation from = search.continuation();
    PriorityQueue<Ranked> best = new PriorityQueue<>(Comparator.reverseOrder());
    for (Page page : pages.values()) {
      Entry match = page.match;
      if (match != null) {
        Ranked ranked = new Ranked(page.rank(search.nowMillis()), page, match);
        if (from == null || ranked.rank().compareTo(from.last()) > 0) {
          best.add(ranked);
        }
        if (best.size() > search.limit() + 1) {
          best.remove();
        }
      }
    }
    List<Ranked> sorted = best.stream().sorted().toList();
    List<Hit> hits =
        sorted.stream()
            .limit(search.limit())
            .map(ranked -> ranked.page().hit(ranked.rank(), Excerpt.of(ranked.match(), query)))
            .toList();
    boolean more = sorted.size() > hits.size();
    return new SearchResults(
        hits, more ? search.after(hits.get(hits.size() - 1).rank()) : null, List.of());
  }

  private record Ranked(Rank rank, Page page, Entry match) implements Comparable<Ranked> {
    @Override
    public int compareTo(Ranked other) {
      return rank.compareTo(other.rank);
    }
  }

  private static final class Page {
    private final Map<DeviceId, Entry> newest = new HashMap<>();
    private Entry titled;
    private long visits;
    private @Nullable Entry match;
    private double text;
    private long matching;
    private double newestMatching = -Double.MAX_VALUE;

    Page(Entry first) {
      titled = first;
    }

    void count(Entry entry) {
      visits++;
      newest.merge(entry.device().id(), entry, Page::newer);
      if (titled.title().isEmpty() || !entry.title().isEmpty()) {
        titled = titled.title().isEmpty() ? entry : newer(titled, entry);
      }
    }

    private static Entry newer(Entry one, Entry other) {
      return OLDEST_FIRST.compare(one, other) > 0 ? one : other;
    }

    /** Of several matches the excerpt is of the best one, and of the newest of these. */
    void match(Entry entry, double score) {
      if (score > 0) {
        matching++;
        newestMatching = Math.max(newestMatching, entry.visitTimeMillis());
        boolean better =
            match == null
                || score > text
                || (score == text && OLDEST_FIRST.compare(entry, match) > 0);
        if (better) {
          match = entry;
          text = score;
        }
      }
    }

    Rank rank(long nowMillis) {
      double score = Weights.page(text, matching, newestMatching, nowMillis);
      return Rank.of(score, newestMatching, titled.url());
    }

    Hit hit(Rank rank, Excerpt excerpt) {
      List<Entry> byDevice = new ArrayList<>(newest.values());
      byDevice.sort(OLDEST_FIRST.reversed());
      List<Device> devices = byDevice.stream().map(Entry::device).toList();
      return new Hit(
          titled.url(),
          titled.title(),
          visits,
          byDevice.get(0).visitTimeMillis(),
          devices,
          rank,
          excerpt.text(),
          excerpt.matches());
    }
  }
}
