// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.RangeSums;
import org.jspecify.annotations.Nullable;

/** A store for tests of the engine, where what is stored is compared and nothing is searched. */
public final class MapStore implements SummingStore {
  private final FeedId feed = new FeedId(UUID.randomUUID().toString());
  private final TreeMap<Long, Change> byPosition = new TreeMap<>();
  private final Map<EntryId, Change> byId = new HashMap<>();
  private final Map<String, String> marks = new HashMap<>();
  private final RangeSums sums = new RangeSums();
  private long head;
  private long merges;
  private boolean closed;
  private int failures;
  private volatile Runnable beforeMerge = () -> {};

  /** Fails the next merges, as a full disk does. */
  public synchronized void failNext(int times) {
    failures = times;
  }

  /** Does something before each merge that has entries. */
  public void beforeMerge(Runnable action) {
    beforeMerge = action;
  }

  public synchronized void close() {
    closed = true;
  }

  public synchronized Set<Entry> entries() {
    Set<Entry> set = new LinkedHashSet<>();
    byId.values().forEach(change -> set.add(change.entry()));
    return set;
  }

  /** Whether it holds the version, or one that stands before it. */
  public synchronized boolean covers(Entry entry) {
    Change held = byId.get(entry.id());
    return held != null && !Precedence.ORDER.replaces(entry, held.entry());
  }

  /** How often a batch with entries was merged. */
  public synchronized long merges() {
    return merges;
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    if (!batch.entries().isEmpty()) {
      beforeMerge.run();
    }
    return mergeNow(batch);
  }

  private synchronized MergeResult mergeNow(Batch batch) throws StorageException {
    check();
    if (failures > 0) {
      failures--;
      throw new StorageException(StorageException.Kind.FULL, "The disk is full.", null);
    }
    Set<EntryId> changed = new LinkedHashSet<>();
    for (Entry entry : batch.entries()) {
      Change held = byId.get(entry.id());
      if (held == null || Precedence.ORDER.replaces(entry, held.entry())) {
        Change change = new Change(++head, entry, batch.source());
        if (held != null) {
          byPosition.remove(held.position());
        }
        byPosition.put(change.position(), change);
        byId.put(entry.id(), change);
        sums.replace(held == null ? null : held.entry(), entry);
        changed.add(entry.id());
      }
    }
    marks.putAll(batch.marks());
    merges += batch.entries().isEmpty() ? 0 : 1;
    return new MergeResult(head, List.copyOf(changed));
  }

  @Override
  public synchronized Cursor<Change> changes(long after) throws StorageException {
    check();
    Iterator<Change> changes =
        new ArrayList<>(byPosition.tailMap(after, false).values()).iterator();
    return new Cursor<>() {
      @Override
      public @Nullable Change next() throws StorageException {
        check();
        return changes.hasNext() ? changes.next() : null;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized Fingerprint fingerprint(Range range) throws StorageException {
    check();
    return sums.fingerprint(range);
  }

  @Override
  public synchronized List<Bound> split(Range range, int parts) throws StorageException {
    check();
    return sums.split(range, parts);
  }

  @Override
  public synchronized Cursor<Entry> standing(Range range) throws StorageException {
    check();
    List<Entry> entries = new ArrayList<>();
    for (Bound place : sums.places(range)) {
      Change change = byId.get(place.id());
      if (change != null) {
        entries.add(change.entry());
      }
    }
    Iterator<Entry> iterator = entries.iterator();
    return new Cursor<>() {
      @Override
      public @Nullable Entry next() {
        return iterator.hasNext() ? iterator.next() : null;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Cursor<Entry> read(Window window) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Hit> search(Search search) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized StoreState state() throws StorageException {
    check();
    return new StoreState(feed, head, byId.size(), 0);
  }

  @Override
  public List<DeviceSummary> devices() {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized @Nullable String mark(String name) throws StorageException {
    check();
    return marks.get(name);
  }

  @Override
  public synchronized Map<String, String> marks() throws StorageException {
    check();
    return Map.copyOf(marks);
  }

  private void check() throws StorageException {
    if (closed) {
      throw new StorageException(StorageException.Kind.CLOSED, "The store was closed.", null);
    }
  }
}
