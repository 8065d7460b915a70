// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage.indexed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageProvider;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.ChunkCursor;
import org.chroniclesync.api.storage.support.Scans;
import org.chroniclesync.api.storage.support.Summing;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Keeps the history in one file of H2's MVStore, with an index by id, one by time, and sums. */
@StorageProvider(type = "indexed")
@Component(
    service = HistoryStore.class,
    configurationPid = "org.chroniclesync.examples.storage.indexed",
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    property = HistoryStore.TYPE_PROPERTY + "=indexed")
@Designate(ocd = IndexedConfig.class)
public final class IndexedHistoryStore implements SummingStore, AutoCloseable {
  private static final int CHUNK = 500;

  private final StoreThread thread;
  private final long maxFileBytes;
  private final Scans scans = new Scans(this::forEach, this::check);

  /** Told without waiting for the thread, which a merge may keep for long. */
  private volatile StoreState state;

  /**
   * Opens the file, or makes it.
   *
   * @param config what a person decided
   * @throws StorageException if it cannot be used
   */
  @Activate
  public IndexedHistoryStore(IndexedConfig config) throws StorageException {
    this(Path.of(config.file()), config.maxFileBytes());
  }

  IndexedHistoryStore(Path file, long maxFileBytes) throws StorageException {
    this.maxFileBytes = maxFileBytes;
    thread = new StoreThread(file);
    try {
      state = thread.call(Maps::state);
      // The name of the feed, if the file is new.
      merge(Batch.of(List.of()));
    } catch (StorageException e) {
      thread.close();
      throw e;
    }
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    return thread.call(maps -> merge(maps, batch));
  }

  @Override
  public boolean erase() throws StorageException {
    thread.rewrite();
    return false;
  }

  private MergeResult merge(Maps maps, Batch batch) throws StorageException {
    List<Entry> winners = winners(maps, batch.entries());
    if (maps.bytes() >= maxFileBytes && !(winners.isEmpty() && batch.marks().isEmpty())) {
      throw thread.full("has its largest size; raise maxFileBytes");
    }
    winners.forEach(winner -> maps.stand(winner, batch.source()));
    maps.marks().putAll(batch.marks());
    maps.commit();
    state = maps.state();
    return new MergeResult(state.head(), winners.stream().map(Entry::id).toList());
  }

  /** Returns the entries that will stand, one for each visit that changes. */
  private static List<Entry> winners(Maps maps, List<Entry> entries) {
    Map<EntryId, Entry> winners = new LinkedHashMap<>();
    for (Entry entry : entries) {
      Change held = maps.held(entry.id());
      Entry best = winners.getOrDefault(entry.id(), held == null ? null : held.entry());
      if (best == null || Precedence.ORDER.replaces(entry, best)) {
        winners.put(entry.id(), entry);
      }
    }
    return List.copyOf(winners.values());
  }

  @Override
  public Cursor<Change> changes(long after) throws StorageException {
    check();
    return new ChunkCursor<>(
        last -> thread.call(maps -> changes(maps, last == null ? after : last.position())),
        this::check);
  }

  private static List<Change> changes(Maps maps, long after) {
    List<Change> chunk = new ArrayList<>();
    Long first = maps.changes().higherKey(after);
    if (first != null) {
      var each = maps.changes().cursor(first);
      while (each.hasNext() && chunk.size() < CHUNK) {
        long position = each.next();
        chunk.add(Maps.change(position, each.getValue()));
      }
    }
    return chunk;
  }

  private void forEach(Consumer<Change> visitor) throws StorageException {
    thread.call(
        maps -> {
          var each = maps.changes().cursor(null);
          while (each.hasNext()) {
            long position = each.next();
            visitor.accept(Maps.change(position, each.getValue()));
          }
          return true;
        });
  }

  @Override
  public Cursor<Entry> read(Window window) throws StorageException {
    check();
    return new ChunkCursor<>(last -> thread.call(maps -> chunk(maps, window, last)), this::check);
  }

  private static List<Entry> chunk(Maps maps, Window window, @Nullable Entry last) {
    boolean rising = window.order() == Window.Order.OLDEST_FIRST;
    String edge = Place.of(rising ? window.fromMillis() : window.untilMillis());
    String end = Place.of(rising ? window.untilMillis() : window.fromMillis());
    String at = last == null ? edge : Place.of(last);
    List<Entry> chunk = new ArrayList<>();
    var each = maps.places().cursor(at, null, !rising);
    while (each.hasNext() && chunk.size() < CHUNK) {
      String place = each.next();
      if (rising ? place.compareTo(end) >= 0 : place.compareTo(end) < 0) {
        break;
      }
      Entry entry = maps.change(each.getValue()).entry();
      if (!entry.deleted() && (last == null || !place.equals(at))) {
        chunk.add(entry);
      }
    }
    return chunk;
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
  public @Nullable String mark(String name) throws StorageException {
    return marks().get(name);
  }

  @Override
  public Map<String, String> marks() throws StorageException {
    return thread.call(maps -> Map.copyOf(new HashMap<>(maps.marks())));
  }

  @Override
  public Fingerprint fingerprint(Range range) throws StorageException {
    return thread.call(maps -> fingerprint(maps, Place.of(range.from()), Place.of(range.until())));
  }

  /** From the sums of the leaves within, and from the entries of those that the range cuts. */
  private static Fingerprint fingerprint(Maps maps, String from, String until) {
    String first = Place.leaf(from);
    String last = Place.leaf(until);
    if (first.equals(last)) {
      return ofEntries(maps, from, until);
    }
    Fingerprint sum = ofEntries(maps, from, first + Character.MAX_VALUE);
    var each = maps.sums().cursor(first);
    while (each.hasNext()) {
      String leaf = each.next();
      if (leaf.compareTo(last) >= 0) {
        break;
      }
      sum = leaf.equals(first) ? sum : sum.plus(Maps.fingerprint(each.getValue()));
    }
    return sum.plus(ofEntries(maps, last, until));
  }

  private static Fingerprint ofEntries(Maps maps, String from, String until) {
    Fingerprint sum = Fingerprint.EMPTY;
    var each = maps.places().cursor(from);
    while (each.hasNext() && each.next().compareTo(until) < 0) {
      sum = sum.plus(EntryDigest.of(maps.change(each.getValue()).entry()));
    }
    return sum;
  }

  @Override
  public List<Bound> split(Range range, int parts) throws StorageException {
    Summing.checkParts(parts);
    return thread.call(maps -> split(maps, range, parts));
  }

  private static List<Bound> split(Maps maps, Range range, int parts) {
    long first = index(maps, range.from());
    long count = index(maps, range.until()) - first;
    long most = Math.min(parts, count);
    List<Bound> bounds = new ArrayList<>();
    for (long part = 1; part < most; part++) {
      long at = first + part * count / most;
      bounds.add(Bound.between(bound(maps, at - 1), bound(maps, at)));
    }
    return bounds;
  }

  /** Returns how many places are before a bound: the map knows how many keys are in each branch. */
  private static long index(Maps maps, Bound bound) {
    long index = maps.places().getKeyIndex(Place.of(bound));
    return index < 0 ? -index - 1 : index;
  }

  private static Bound bound(Maps maps, long index) {
    return Place.bound(maps.places().getKey(index));
  }

  @Override
  public Cursor<Entry> standing(Range range) throws StorageException {
    check();
    return new ChunkCursor<>(last -> thread.call(maps -> chunk(maps, range, last)), this::check);
  }

  private static List<Entry> chunk(Maps maps, Range range, @Nullable Entry last) {
    String from = last == null ? Place.of(range.from()) : Place.of(last);
    String until = Place.of(range.until());
    List<Entry> chunk = new ArrayList<>();
    var each = maps.places().cursor(from);
    while (each.hasNext() && chunk.size() < CHUNK) {
      String place = each.next();
      if (place.compareTo(until) >= 0) {
        break;
      }
      if (last == null || !place.equals(from)) {
        chunk.add(maps.change(each.getValue()).entry());
      }
    }
    return chunk;
  }

  private void check() throws StorageException {
    thread.check();
  }

  /** Waits for the calls that came before and closes the file. */
  @Deactivate
  @Override
  public void close() {
    thread.close();
  }
}
