// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.importer.browser;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.support.browsers.Copies;
import org.chroniclesync.support.browsers.Sameness;
import org.chroniclesync.support.browsers.Standing;
import org.jspecify.annotations.Nullable;

/**
 * Finds visits that stand in the history twice, and removes those of the two that this node
 * imported: older versions imported a profile again that was moved, and two nodes may import copies
 * of one before they meet. Follows the change feed in small steps, so that it sees everything once
 * and what comes later, too; to begin again changes nothing.
 *
 * <p>Each node decides alike which of two stays, and removes only its own, so that never both go.
 * For one thread, except for {@link #progress()}.
 */
final class Twins {
  static final String MARK = "import/twins";

  /** How many changes are looked at in a step. */
  static final int STEP = 1_000;

  private static final String IMPORTS = "import/cs-";
  private static final Progress NONE = new Progress(0, 0, 0);
  private final History history;
  private final Set<Pair> copies = new HashSet<>();
  private @Nullable FeedId feed;
  private long position;
  private long marked;
  private volatile Progress progress = NONE;

  Twins(History history) {
    this.history = history;
  }

  /**
   * How far it is.
   *
   * @param looked the position in the feed up to which it has looked
   * @param head the position of the last change
   * @param removed how many visits it removed since the importer started
   */
  record Progress(long looked, long head, long removed) {
    boolean isDone() {
      return looked >= head;
    }
  }

  /** Two devices of which the second holds copies of the first's visits. */
  private record Pair(DeviceId original, DeviceId copy) {}

  /** Two entries of one visit. */
  private record Twin(Entry stays, Entry goes, Sameness.Degree degree) {
    Pair devices() {
      return new Pair(stays.device().id(), goes.device().id());
    }
  }

  /** What a step found. */
  private record Step(FeedId feed, long upTo, long head, List<Twin> twins, Set<DeviceId> own) {}

  Progress progress() {
    return progress;
  }

  /**
   * Looks at the next changes.
   *
   * @return true if there are more
   */
  boolean step() throws StorageException, InterruptedException {
    Step step = history.borrow(this::look);
    Map<EntryId, Entry> tombstones = new LinkedHashMap<>();
    long now = System.currentTimeMillis();
    for (Twin twin : step.twins()) {
      Entry goes = twin.goes();
      boolean isCopy = twin.degree() == Sameness.Degree.CUT || copies.contains(twin.devices());
      if (isCopy && step.own().contains(goes.device().id())) {
        tombstones.put(goes.id(), goes.tombstone(Math.max(now, goes.lastModifiedMillis() + 1)));
      }
    }
    if (!tombstones.isEmpty() || step.upTo() - marked >= STEP) {
      Map<String, String> mark = Map.of(MARK, step.feed().value() + " " + step.upTo());
      history.merge(new Batch(List.copyOf(tombstones.values()), null, mark));
      marked = step.upTo();
    }
    position = step.upTo();
    progress = new Progress(position, step.head(), progress.removed() + tombstones.size());
    return !progress.isDone();
  }

  private Step look(HistoryStore store) throws StorageException {
    StoreState state = store.state();
    if (!state.feed().equals(feed)) {
      feed = state.feed();
      position = parsed(store.mark(MARK), feed);
      marked = position;
    }
    long head = state.head();
    if (position == head) {
      return new Step(state.feed(), head, head, List.of(), Set.of());
    }
    List<Entry> changed = new ArrayList<>();
    long upTo = changes(store, head, changed);
    Set<Standing.Sought> sought =
        changed.stream().map(Standing.Sought::of).collect(Collectors.toSet());
    List<Twin> twins = twins(changed, Standing.of(store, sought));
    return new Step(state.feed(), Math.max(upTo, position), head, twins, own(store));
  }

  /** A position means something only together with its feed. */
  private static long parsed(@Nullable String mark, FeedId feed) {
    String before = feed.value() + " ";
    String number = mark != null && mark.startsWith(before) ? mark.substring(before.length()) : "";
    return number.matches("\\d{1,18}") ? Long.parseLong(number) : 0;
  }

  /** Returns the position up to which it read. */
  private long changes(HistoryStore store, long head, List<Entry> into) throws StorageException {
    long last = position;
    try (Cursor<Change> cursor = store.changes(position)) {
      for (int count = 0; count < STEP; count++) {
        Change change = cursor.next();
        if (change == null) {
          return head;
        }
        last = change.position();
        if (!change.entry().deleted()) {
          into.add(change.entry());
        }
      }
    }
    return last;
  }

  private static Set<DeviceId> own(HistoryStore store) throws StorageException {
    return store.marks().keySet().stream()
        .filter(name -> name.startsWith(IMPORTS))
        .map(name -> new DeviceId(name.substring(name.indexOf('/') + 1)))
        .collect(Collectors.toSet());
  }

  /** Finds the pairs, and learns from how many there are which devices hold copies. */
  private List<Twin> twins(List<Entry> changed, Standing standing) {
    List<Twin> twins = new ArrayList<>();
    Map<Pair, Set<EntryId>> exact = new HashMap<>();
    for (Entry entry : changed) {
      for (Entry other : standing.at(Standing.Sought.of(entry))) {
        Twin twin = twin(entry, other);
        if (twin != null) {
          twins.add(twin);
          if (twin.degree() == Sameness.Degree.EXACT) {
            exact.computeIfAbsent(twin.devices(), pair -> new HashSet<>()).add(twin.goes().id());
          }
        }
      }
    }
    exact.forEach(
        (pair, visits) -> {
          if (visits.size() >= Copies.SURE) {
            copies.add(pair);
          }
        });
    return twins;
  }

  private static @Nullable Twin twin(Entry one, Entry other) {
    if (one.device().id().equals(other.device().id())) {
      return null;
    }
    if (Sameness.of(one, other) == Sameness.Degree.CUT) {
      return new Twin(one, other, Sameness.Degree.CUT);
    }
    return switch (Sameness.of(other, one)) {
      case CUT -> new Twin(other, one, Sameness.Degree.CUT);
      case EXACT ->
          one.id().compareTo(other.id()) < 0
              ? new Twin(one, other, Sameness.Degree.EXACT)
              : new Twin(other, one, Sameness.Degree.EXACT);
      case OTHER -> null;
    };
  }

  /** Forgets what it knows of the store, after a failure. */
  void reset() {
    feed = null;
  }
}
