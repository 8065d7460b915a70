// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.jspecify.annotations.Nullable;

/** A history of entries and marks and nothing else, which may be told to be full or away. */
final class MemoryHistory implements History, HistoryStore {
  private final Map<EntryId, Entry> entries = new HashMap<>();
  private final Map<EntryId, Long> positions = new HashMap<>();
  private final Map<String, String> marks = new HashMap<>();
  final MemoryDeletions deletions = new MemoryDeletions(this);
  private long head;
  private int feeds;
  private int merges;
  private int borrows;
  private int reads;
  private int changes;
  private boolean full;
  private @Nullable String poison;
  private boolean away;

  @Override
  public synchronized MergeResult merge(Batch batch) throws StorageException {
    if (full) {
      throw new StorageException(StorageException.Kind.FULL, "No space is left.", null);
    }
    if (batch.entries().stream().anyMatch(entry -> entry.title().equals(poison))) {
      throw new NoClassDefFoundError("a part of the store is missing");
    }
    merges++;
    List<EntryId> changed = new ArrayList<>();
    for (Entry entry : batch.entries()) {
      Entry held = entries.get(entry.id());
      if (held == null || Precedence.ORDER.replaces(entry, held)) {
        entries.put(entry.id(), entry);
        positions.put(entry.id(), ++head);
        changed.add(entry.id());
      }
    }
    changes += changed.size();
    marks.putAll(batch.marks());
    return new MergeResult(changes, changed);
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException, InterruptedException {
    synchronized (this) {
      borrows++;
      while (away) {
        wait();
      }
    }
    return operation.apply(this);
  }

  /** Forgets the marks whose names begin so. */
  synchronized void forget(String prefix) {
    marks.keySet().removeIf(name -> name.startsWith(prefix));
  }

  @Override
  public Deletions deletions() {
    return deletions;
  }

  @Override
  public Watch watch(Watcher watcher) {
    throw new UnsupportedOperationException("nobody watches here");
  }

  synchronized List<Entry> entries() {
    return entries.values().stream()
        .filter(entry -> !entry.deleted())
        .sorted(Comparator.comparing(Entry::visitTimeMillis).thenComparing(Entry::visitId))
        .toList();
  }

  /** All standing versions, tombstones included. */
  synchronized List<Entry> versions() {
    return List.copyOf(entries.values());
  }

  synchronized int borrows() {
    return borrows;
  }

  synchronized int reads() {
    return reads;
  }

  synchronized int merges() {
    return merges;
  }

  synchronized int changes() {
    return changes;
  }

  /** From now on a visit with this title breaks the merge that it comes with. */
  synchronized void poison(String title) {
    poison = title;
  }

  synchronized void full(boolean value) {
    full = value;
  }

  synchronized void away(boolean value) {
    away = value;
    notifyAll();
  }

  synchronized void forget() {
    entries.clear();
    positions.clear();
    feeds++;
    head = 0;
    marks.clear();
  }

  @Override
  public synchronized @Nullable String mark(String name) {
    return marks.get(name);
  }

  @Override
  public synchronized Map<String, String> marks() {
    return Map.copyOf(marks);
  }

  @Override
  public synchronized Cursor<Change> changes(long after) {
    return cursor(
        positions.entrySet().stream()
            .filter(one -> one.getValue() > after)
            .sorted(Map.Entry.comparingByValue())
            .map(
                one ->
                    new Change(
                        one.getValue(), Objects.requireNonNull(entries.get(one.getKey())), null))
            .toList());
  }

  @Override
  public synchronized Cursor<Entry> read(Window window) {
    reads++;
    return cursor(
        entries().stream()
            .filter(
                entry ->
                    entry.visitTimeMillis() >= window.fromMillis()
                        && entry.visitTimeMillis() < window.untilMillis())
            .toList());
  }

  private static <T> Cursor<T> cursor(List<T> values) {
    Iterator<T> left = values.iterator();
    return new Cursor<>() {
      @Override
      public @Nullable T next() {
        return left.hasNext() ? left.next() : null;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public SearchResults search(Search search) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized StoreState state() {
    return new StoreState(
        new FeedId("feed" + feeds), head, entries().size(), entries.size() - entries().size());
  }

  @Override
  public List<DeviceSummary> devices() {
    throw new UnsupportedOperationException();
  }
}
