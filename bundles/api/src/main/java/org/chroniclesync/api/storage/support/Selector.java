// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Tells which visits belong to a {@link Selection}. What a search finds it asks once, when it is
 * made, so a later visit to the same page belongs to it and a later page does not. For one thread
 * at a time, except for {@link #host}.
 */
@ProviderType
public final class Selector {
  /** How many pages a search is asked for at once. */
  private static final int PAGES_AT_ONCE = Search.MAX_LIMIT;

  private final Selection selection;
  private final @Nullable Filter host;
  private final @Nullable Query query;
  private final @Nullable DistinctTexts found;

  private Selector(Selection selection, @Nullable Query query, @Nullable DistinctTexts found) {
    this.selection = selection;
    this.query = query;
    this.found = found;
    String name = selection.host();
    this.host = name == null ? null : Filter.of(Filter.Kind.SITE, name, false, Map.of());
  }

  /**
   * Makes a selector, and asks the store for the pages if the selection has a search with words.
   * May block for I/O.
   *
   * @param selection which visits
   * @param store where they are
   * @return the selector, which does not keep the store
   * @throws StorageException if the store cannot be searched
   */
  public static Selector of(Selection selection, HistoryStore store) throws StorageException {
    Search search = selection.search();
    if (search == null) {
      return new Selector(selection, null, null);
    }
    Query query = Query.of(search);
    boolean words = !query.terms().isEmpty() || !query.excluded().isEmpty();
    // A question without any word or condition finds nothing.
    return new Selector(selection, query, words || query.isEmpty() ? pages(search, store) : null);
  }

  private static DistinctTexts pages(Search search, HistoryStore store) throws StorageException {
    DistinctTexts pages = new DistinctTexts();
    Continuation next = null;
    do {
      SearchResults results = store.search(search.from(PAGES_AT_ONCE, next));
      for (Hit hit : results.hits()) {
        pages.add(hit.url());
      }
      next = results.continuation();
    } while (next != null);
    return pages;
  }

  /**
   * Tells whether a visit belongs to the selection.
   *
   * @param entry any entry
   * @return false if it is a tombstone or lacks a condition
   */
  public boolean admits(Entry entry) {
    double time = entry.visitTimeMillis();
    return !entry.deleted()
        && time >= selection.fromMillis()
        && time < selection.untilMillis()
        && (selection.device() == null || selection.device().equals(entry.device().id()))
        && (selection.visit() == null || selection.visit().equals(entry.id()))
        && (selection.page() == null || selection.page().equals(entry.url()))
        && isAtHost(entry)
        && isFound(entry);
  }

  private boolean isAtHost(Entry entry) {
    return host == null
        || (selection.below()
            ? host.admits(entry.device(), entry.url())
            : host.isExactly(entry.url()));
  }

  private boolean isFound(Entry entry) {
    return query == null
        || (entry.visitTimeMillis() >= query.fromMillis()
            && entry.visitTimeMillis() < query.untilMillis()
            && query.filters().stream()
                .allMatch(filter -> filter.admits(entry.device(), entry.url()))
            && (found == null || found.contains(entry.url())));
  }

  /**
   * Returns a stretch of time that all visits of the selection are in.
   *
   * @return the stretch, oldest first
   */
  public Window window() {
    double from = selection.fromMillis();
    double until = selection.untilMillis();
    if (query != null) {
      from = Math.max(from, query.fromMillis());
      until = Math.min(until, query.untilMillis());
    }
    return new Window(from, until, Window.Order.OLDEST_FIRST);
  }

  /**
   * Reads the visits among which those of the selection are, oldest first.
   *
   * @param store where they are
   * @param fromMillis the visit time at which to begin, milliseconds since 1970
   * @return the visits, of which {@link #admits} tells those of the selection; to be closed by the
   *     caller
   * @throws StorageException if they cannot be read
   */
  public Cursor<Entry> candidates(HistoryStore store, double fromMillis) throws StorageException {
    Window window = window();
    return store.select(
        selection.between(Math.max(fromMillis, window.fromMillis()), window.untilMillis()));
  }

  /**
   * Reads the visits of the selection, oldest first.
   *
   * @param store where they are
   * @return the visits; to be closed by the caller
   * @throws StorageException if they cannot be read
   */
  public Cursor<Entry> read(HistoryStore store) throws StorageException {
    Cursor<Entry> all = candidates(store, window().fromMillis());
    return new Cursor<>() {
      @Override
      public @Nullable Entry next() throws StorageException {
        Entry entry = all.next();
        while (entry != null && !admits(entry)) {
          entry = all.next();
        }
        return entry;
      }

      @Override
      public void close() {
        all.close();
      }
    };
  }

  /**
   * Returns the host of a URL.
   *
   * @param url any text
   * @return the host in lower case, without port and user; empty if it has none
   */
  public static String host(String url) {
    return Filter.withoutPort(Filter.address(url));
  }
}
