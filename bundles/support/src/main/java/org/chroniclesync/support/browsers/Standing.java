// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.browsers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.jspecify.annotations.Nullable;

/** What a store holds of some pages at some moments. For one thread. */
public final class Standing {
  /** Moments that are closer than this are read at once, together with what lies between. */
  private static final long GAP_MILLIS = 6 * 3_600_000;

  /** Most windows, since each is a scan for a store without an index. */
  private static final int MAX_WINDOWS = 32;

  private final long grainMillis;
  private final Map<EntryId, Entry> byId = new HashMap<>();
  private final Map<String, List<Entry>> byUrl = new HashMap<>();
  private final Map<DeviceId, Integer> ofDevice = new HashMap<>();

  private Standing(long grainMillis) {
    this.grainMillis = grainMillis;
  }

  /**
   * A page at a moment.
   *
   * @param millis the moment, or the beginning of the stretch of time that is as good as one
   */
  public record Sought(String url, long millis) {
    /** Returns the page and the moment of a visit. */
    public static Sought of(Entry entry) {
      return new Sought(entry.url(), Standing.millis(entry));
    }
  }

  /** The whole millisecond of a visit, which is all that some browsers pass on. */
  public static long millis(Entry entry) {
    return (long) Math.floor(entry.visitTimeMillis());
  }

  /** Reads what stands at these pages and moments. */
  public static Standing of(HistoryStore store, Set<Sought> sought) throws StorageException {
    return of(store, sought, 1);
  }

  /**
   * The same for a source that counts more roughly than in milliseconds.
   *
   * @param grainMillis how long a stretch of time is one moment; the moments are multiples of it
   */
  public static Standing of(HistoryStore store, Set<Sought> sought, long grainMillis)
      throws StorageException {
    Standing standing = new Standing(grainMillis);
    SortedSet<Long> moments = new TreeSet<>();
    sought.forEach(one -> moments.add(one.millis()));
    for (Window window : windows(moments, grainMillis)) {
      try (Cursor<Entry> cursor = store.read(window)) {
        for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
          standing.add(entry, sought);
        }
      }
    }
    return standing;
  }

  private static List<Window> windows(SortedSet<Long> moments, long grainMillis) {
    List<Window> windows = new ArrayList<>();
    if (moments.isEmpty()) {
      return windows;
    }
    long gap = Math.max(GAP_MILLIS, (moments.last() - moments.first()) / MAX_WINDOWS);
    long from = moments.first();
    long last = from;
    for (long moment : moments) {
      if (moment - last > gap) {
        windows.add(new Window(from, last + grainMillis, Window.Order.OLDEST_FIRST));
        from = moment;
      }
      last = moment;
    }
    windows.add(new Window(from, last + grainMillis, Window.Order.OLDEST_FIRST));
    return windows;
  }

  private void add(Entry entry, Set<Sought> sought) {
    ofDevice.merge(entry.device().id(), 1, Integer::sum);
    if (sought.contains(new Sought(entry.url(), moment(entry)))) {
      byId.put(entry.id(), entry);
      byUrl.computeIfAbsent(entry.url(), url -> new ArrayList<>()).add(entry);
    }
  }

  /** Returns the visit of that name, if it stands at one of the moments. */
  public @Nullable Entry at(EntryId id) {
    return byId.get(id);
  }

  private long moment(Entry entry) {
    return Math.floorDiv(millis(entry), grainMillis) * grainMillis;
  }

  /** All visits to a page within a millisecond, or a longer moment. */
  public List<Entry> at(Sought moment) {
    return byUrl.getOrDefault(moment.url(), List.of()).stream()
        .filter(entry -> moment(entry) == moment.millis())
        .toList();
  }

  /** How many visits of a device were read, those between the moments included. */
  public int of(DeviceId device) {
    return ofDevice.getOrDefault(device, 0);
  }
}
