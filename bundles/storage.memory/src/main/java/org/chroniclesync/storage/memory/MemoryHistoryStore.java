// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
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
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.StorageProvider;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.ChunkCursor;
import org.chroniclesync.api.storage.support.RangeSums;
import org.chroniclesync.api.storage.support.Scans;
import org.chroniclesync.support.configuration.ConfigurationValues;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Keeps the history in memory: the contract in its plainest form. One lock guards everything, and
 * reads, searches and fingerprints scan. Nothing outlives a deactivation; the next activation is an
 * empty store under a new feed.
 */
@StorageProvider(type = "memory", durable = false)
@Component(
    service = HistoryStore.class,
    configurationPid = MemoryHistoryStore.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    property = {
      HistoryStore.TYPE_PROPERTY + "=memory",
      HistoryStore.DURABLE_PROPERTY + ":Boolean=false",
      // Only where there is no durable one.
      "service.ranking:Integer=-100"
    })
@Designate(ocd = MemoryConfig.class)
public final class MemoryHistoryStore implements SummingStore, AutoCloseable {
  static final String PID = "org.chroniclesync.storage.memory";

  private static final ConfigurationValues VALUES = ConfigurationValues.of(PID);
  private static final int MOST_ENTRIES = 10_000_000;
  private static final int CHUNK = 500;

  private final int maxEntries;
  private final FeedId feed = new FeedId(UUID.randomUUID().toString());
  private final NavigableMap<Long, Change> changes = new TreeMap<>();
  private final Map<EntryId, Change> standing = new HashMap<>();
  private final Map<String, String> marks = new HashMap<>();
  private final RangeSums sums = new RangeSums();
  private final Scans scans = new Scans(this::forEach, this::check);
  private volatile StoreState state = new StoreState(feed, 0, 0, 0);
  private long head;
  private long tombstones;
  private volatile boolean closed;

  /**
   * Makes an empty store.
   *
   * @param config what a person decided
   * @throws IllegalArgumentException if a value is outside its range
   */
  @Activate
  public MemoryHistoryStore(MemoryConfig config) {
    this(VALUES.wholeNumber("maxEntries", config::maxEntries, 1, MOST_ENTRIES));
  }

  /**
   * Makes an empty store without a container, as tests of those who use a store do.
   *
   * @param maxEntries how many visits it has room for, 1 to 10,000,000
   * @throws IllegalArgumentException if the number is outside that range
   */
  public MemoryHistoryStore(int maxEntries) {
    if (maxEntries < 1 || maxEntries > MOST_ENTRIES) {
      throw new IllegalArgumentException("room for " + maxEntries + " visits");
    }
    this.maxEntries = maxEntries;
  }

  @Override
  public synchronized MergeResult merge(Batch batch) throws StorageException {
    check();
    Collection<Entry> replacing = replacing(batch.entries());
    // What could fail comes before the first change, so there is nothing to undo.
    checkRoom(replacing);
    List<EntryId> changed = new ArrayList<>(replacing.size());
    for (Entry entry : replacing) {
      stand(new Change(++head, entry, batch.source()));
      changed.add(entry.id());
    }
    marks.putAll(batch.marks());
    state = new StoreState(feed, head, standing.size() - tombstones, tombstones);
    return new MergeResult(head, changed);
  }

  /** Returns the entries that will stand, one for each visit that changes. */
  private Collection<Entry> replacing(List<Entry> entries) {
    Map<EntryId, Entry> replacing = new HashMap<>();
    for (Entry entry : entries) {
      Change held = standing.get(entry.id());
      Entry greatest = replacing.getOrDefault(entry.id(), held == null ? null : held.entry());
      if (greatest == null || Precedence.ORDER.replaces(entry, greatest)) {
        replacing.put(entry.id(), entry);
      }
    }
    return replacing.values();
  }

  private void checkRoom(Collection<Entry> replacing) throws StorageException {
    long added = replacing.stream().filter(entry -> !standing.containsKey(entry.id())).count();
    if (standing.size() + added > maxEntries) {
      throw new StorageException(
          Kind.FULL,
          "The storage in memory is full with "
              + standing.size()
              + " visits. Raise maxEntries of "
              + PID
              + ", or use a storage on disk.",
          null);
    }
  }

  private void stand(Change change) {
    Change held = standing.put(change.entry().id(), change);
    if (held != null) {
      changes.remove(held.position());
      tombstones -= held.entry().deleted() ? 1 : 0;
    }
    changes.put(change.position(), change);
    sums.replace(held == null ? null : held.entry(), change.entry());
    tombstones += change.entry().deleted() ? 1 : 0;
  }

  @Override
  public Cursor<Change> changes(long after) throws StorageException {
    return changes(after, Long.MAX_VALUE, null);
  }

  @Override
  public synchronized Cursor<Change> changes(long after, long upTo, @Nullable FeedId leftOut)
      throws StorageException {
    check();
    return new ChunkCursor<>(
        last -> changesBetween(last == null ? after : last.position(), upTo, leftOut), this::check);
  }

  private synchronized List<Change> changesBetween(
      long after, long upTo, @Nullable FeedId leftOut) {
    if (after >= upTo) {
      return List.of();
    }
    return changes.subMap(after, false, upTo, true).values().stream()
        .filter(change -> leftOut == null || !leftOut.equals(change.source()))
        .limit(CHUNK)
        .toList();
  }

  private synchronized void forEach(Consumer<Change> visitor) throws StorageException {
    check();
    changes.values().forEach(visitor);
  }

  @Override
  public Cursor<Entry> read(Window window) throws StorageException {
    check();
    return scans.read(window);
  }

  @Override
  public SearchResults search(Search search) throws StorageException {
    return scans.search(search);
  }

  @Override
  public List<DeviceSummary> devices() throws StorageException {
    return scans.devices();
  }

  @Override
  public StoreState state() throws StorageException {
    check();
    return state;
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
  public Cursor<Entry> standing(Range range) throws StorageException {
    check();
    return new ChunkCursor<>(last -> standing(range, last), this::check);
  }

  private synchronized List<Entry> standing(Range range, @Nullable Entry last) {
    Bound from = last == null ? range.from() : Bound.of(last);
    List<Entry> entries = new ArrayList<>();
    for (Bound place : sums.places(new Range(from, range.until()))) {
      Change change = standing.get(place.id());
      if (change != null && (last == null || !place.equals(from))) {
        entries.add(change.entry());
      }
      if (entries.size() == CHUNK) {
        break;
      }
    }
    return entries;
  }

  private void check() throws StorageException {
    if (closed) {
      throw new StorageException(Kind.CLOSED, "The storage in memory was closed.", null);
    }
  }

  /** Waits for the call under way, refuses those that come, and forgets everything. */
  @Deactivate
  @Override
  public void close() {
    // Before the lock, so that those who come now do not keep it from us.
    closed = true;
    synchronized (this) {
      changes.clear();
      standing.clear();
      sums.clear();
      marks.clear();
    }
  }
}
