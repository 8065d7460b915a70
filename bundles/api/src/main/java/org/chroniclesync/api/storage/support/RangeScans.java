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
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Ranges, fingerprints and their parts for a store that keeps no sums: from its whole change feed,
 * each time. Right for some ten thousand visits; it keeps a few dozen bytes for each visit of the
 * range while it reads.
 *
 * @param store the store, of which {@link HistoryStore#changes} and {@link HistoryStore#state} are
 *     asked
 */
@ProviderType
public record RangeScans(HistoryStore store) {
  /** Entries of a range that are held at once. */
  private static final int CHUNK = 2_000;

  /**
   * Answers {@link HistoryStore#fingerprint}.
   *
   * @param range the range
   * @return its fingerprint
   * @throws StorageException if the feed cannot be read
   */
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

  /**
   * Answers {@link HistoryStore#split}.
   *
   * @param range the range
   * @param parts how many
   * @return the bounds between them
   * @throws StorageException if the feed cannot be read
   */
  public List<Bound> split(Range range, int parts) throws StorageException {
    checkParts(parts);
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

  /**
   * Checks an argument of {@link HistoryStore#split}.
   *
   * @param parts how many parts are asked for
   * @throws IllegalArgumentException if it is outside the bounds
   */
  public static void checkParts(int parts) {
    if (parts < 1 || parts > HistoryStore.MAX_PARTS) {
      throw new IllegalArgumentException(
          "a range in " + parts + " parts; 1 to " + HistoryStore.MAX_PARTS + " are allowed");
    }
  }

  /**
   * Answers {@link HistoryStore#standing}.
   *
   * @param range the range
   * @return the entries, read again from the feed for each {@value #CHUNK}
   * @throws StorageException if the store is closed
   */
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
