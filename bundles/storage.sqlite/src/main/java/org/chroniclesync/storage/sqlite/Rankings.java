// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Rank;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.support.Query;
import org.jspecify.annotations.Nullable;

/**
 * Answers searches that go on. One that has gone far has to rate all pages before the place where
 * it goes on, again at each step. So how all pages stand is remembered then, as of that moment, and
 * a further step rates only what it shows. Safe for any thread.
 */
final class Rankings {
  /** A person leafs through fewer pages, and to rate all that answer may take seconds. */
  static final int MOST_PASSED = 500;

  /** How many questions are remembered, unless memory is short. */
  private static final int KEPT = 2;

  private final Readers readers;
  private final Recent recent;
  private final int mostPassed;
  private final int mostRanks;
  private final Map<Key, SoftReference<Ranking>> kept = new LinkedHashMap<>();

  private record Key(Query query, long nowMillis) {}

  /**
   * Begins.
   *
   * @param mostPassed a search that passes so many pages is remembered
   * @param mostRanks how many pages are remembered at most
   */
  Rankings(Readers readers, Recent recent, int mostPassed, int mostRanks) {
    this.readers = readers;
    this.recent = recent;
    this.mostPassed = mostPassed;
    this.mostRanks = mostRanks;
  }

  SearchResults next(Search search, Query query, Continuation from) throws StorageException {
    Key key = new Key(query, search.nowMillis());
    Ranking known = find(key, from.last());
    return readers.snapshot(
        db -> {
          if (known == null) {
            Searcher searcher = Searcher.of(db, recent, search, query);
            SearchResults results = searcher.results();
            Continuation next = results.continuation();
            if (next != null && searcher.passed() >= mostPassed) {
              Search rest = search.from(search.limit(), next);
              keep(key, Searcher.of(db, recent, rest, query).ranking(mostRanks));
            }
            return results;
          }
          SearchResults results =
              Searcher.of(db, recent, search, query).following(known, from.last());
          if (results.continuation() == null) {
            forget(key);
          }
          return results;
        });
  }

  private synchronized @Nullable Ranking find(Key key, Rank last) {
    SoftReference<Ranking> reference = kept.get(key);
    Ranking ranking = reference == null ? null : reference.get();
    return ranking != null && ranking.leadsOn(last) ? ranking : null;
  }

  private synchronized void keep(Key key, Ranking ranking) {
    kept.remove(key);
    kept.put(key, new SoftReference<>(ranking));
    if (kept.size() > KEPT) {
      kept.remove(kept.keySet().iterator().next());
    }
  }

  private synchronized void forget(Key key) {
    kept.remove(key);
  }
}
