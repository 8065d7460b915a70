// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
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
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps no sums, with ranges, fingerprints and their parts from its whole change feed,
 * each time. It keeps a few dozen bytes for each visit of the range while it reads.
 *
 * @param store the store, of which {@link HistoryStore#changes} and {@link HistoryStore#state} are
 *     asked for that
 */
record RangeScans(HistoryStore store) implements SummingStore {
  /** Entries of a range that are held at once. */
  private static final int CHUNK = 2_000;

  @Override
  public Fingerprint fingerprint(Range range) throws StorageException {
    // A feed that is read while it grows shows a visit again when it changes. What it shows last
    // stands when the end is reached, so by visit it is the store at that moment.
    Map<EntryId, EntryDigest> standing = new HashMap<>();
    forEach(
        entry -> {
          if (range.contains(entry)) {
            standing.put(entry.id(), EntryDigest.of(entry));
          } else {
            standing.remove(entry.id());
          }
        });
    Fingerprint sum = Fingerprint.EMPTY;
    for (EntryDigest digest : standing.values()) {
      sum = sum.plus(digest);
    }
    return sum;
  }

  @Override
  public List<Bound> split(Range range, int parts) throws StorageException {
    Summing.checkParts(parts);
    Map<EntryId, Bound> standing = new HashMap<>();
    forEach(
        entry -> {
          Bound place = Bound.of(entry);
          if (range.contains(place)) {
            standing.put(entry.id(), place);
          } else {
            standing.remove(entry.id());
          }
        });
    List<Bound> places = standing.values().stream().sorted().toList();
    List<Bound> bounds = new ArrayList<>();
    long most = Math.min(parts, places.size());
    for (long part = 1; part < most; part++) {
      int first = (int) (part * places.size() / most);
      bounds.add(Bound.between(places.get(first - 1), places.get(first)));
    }
    return bounds;
  }

  /** Reads the feed once for each {@value #CHUNK} entries. */
  @Override
  public Cursor<Entry> standing(Range range) throws StorageException {
    store.state();
    return new ChunkCursor<>(last -> chunk(range, last), store::state);
  }

  private List<Entry> chunk(Range range, @Nullable Entry last) throws StorageException {
    Bound from = range.from();
    while (true) {
      Chunk chunk = new Chunk(new Range(from, range.until()), last);
      forEach(chunk::offer);
      // Empty is the end, unless all of it was moved away while it was read.
      if (!chunk.held.isEmpty() || chunk.until.equals(range.until())) {
        return List.copyOf(chunk.held.values());
      }
      from = chunk.until;
    }
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    return store.merge(batch);
  }

  @Override
  public Cursor<Change> changes(long after) throws StorageException {
    return store.changes(after);
  }

  @Override
  public Cursor<Change> changes(long after, long upTo, @Nullable FeedId leftOut)
      throws StorageException {
    return store.changes(after, upTo, leftOut);
  }

  @Override
  public Cursor<Entry> read(Window window) throws StorageException {
    return store.read(window);
  }

  @Override
  public SearchResults search(Search search) throws StorageException {
    return store.search(search);
  }

  @Override
  public StoreState state() throws StorageException {
    return store.state();
  }

  @Override
  public List<DeviceSummary> devices() throws StorageException {
    return store.devices();
  }

  @Override
  public @Nullable String mark(String name) throws StorageException {
    return store.mark(name);
  }

  @Override
  public Map<String, String> marks() throws StorageException {
    return store.marks();
  }

  private void forEach(Consumer<Entry> visitor) throws StorageException {
    try (Cursor<Change> changes = store.changes(0)) {
      for (Change change = changes.next(); change != null; change = changes.next()) {
        visitor.accept(change.entry());
      }
    }
  }

  /** The first entries of a range, each visit as it was shown last. */
  private static final class Chunk {
    private final Bound from;
    private final @Nullable Bound last;
    private final TreeMap<Bound, Entry> held = new TreeMap<>();
    private final Map<EntryId, Bound> places = new HashMap<>();
    private Bound until;

    Chunk(Range range, @Nullable Entry last) {
      this.from = range.from();
      this.until = range.until();
      this.last = last == null ? null : Bound.of(last);
    }

    void offer(Entry entry) {
      Bound before = places.remove(entry.id());
      if (before != null) {
        held.remove(before);
      }
      Bound place = Bound.of(entry);
      if (place.compareTo(from) < 0
          || place.compareTo(until) >= 0
          || (last != null && place.compareTo(last) <= 0)) {
        return;
      }
      held.put(place, entry);
      places.put(entry.id(), place);
      if (held.size() > CHUNK) {
        // What comes from there on belongs to a later chunk, also when there is room again.
        until = held.lastKey();
        held.remove(until);
        places.remove(entry.id(), until);
      }
    }
  }
}
