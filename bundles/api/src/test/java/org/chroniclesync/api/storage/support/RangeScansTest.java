// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.UnknownFields;
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
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.junit.jupiter.api.Test;

/** A feed that changes while it is read, and ranges longer than what is held at once. */
class RangeScansTest {
  private static final int ALL = 5_003;

  private final LiveFeed feed = new LiveFeed();
  private final SummingStore scans = Summing.of(feed);

  @Test
  void aVisitThatChangesWhileItIsReadCountsOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      feed.put(entry(i, i, 1));
    }
    feed.atEnd(() -> feed.put(entry(3, 3, 2)));
    feed.atEnd(() -> feed.put(entry(4, 400, 2)));
    assertThat(scans.fingerprint(Range.ALL)).isEqualTo(sum(feed.inOrder()));

    feed.atEnd(() -> feed.put(entry(5, 500, 2)));
    Range early = new Range(Bound.START, new Bound(100, null));
    assertThat(scans.fingerprint(early)).isEqualTo(sum(feed.inOrder().subList(0, 8)));

    feed.atEnd(() -> feed.put(entry(6, 600, 2)));
    feed.atEnd(() -> feed.put(entry(7, 7, 2)));
    assertThat(all(scans.standing(Range.ALL))).containsExactlyElementsOf(feed.inOrder());

    feed.atEnd(() -> feed.put(entry(8, 0.5, 2)));
    assertThat(scans.split(early, 3)).containsExactly(time(1), time(3));
  }

  @Test
  void longRangesAreReadInParts() throws Exception {
    for (int i = 0; i < ALL; i++) {
      feed.put(entry(i, (i * 1_009) % 500, 1));
    }
    assertThat(all(scans.standing(Range.ALL))).containsExactlyElementsOf(feed.inOrder());
    Range some = new Range(Bound.of(feed.inOrder().get(17)), Bound.of(feed.inOrder().get(4_217)));
    assertThat(all(scans.standing(some)))
        .containsExactlyElementsOf(feed.inOrder().subList(17, 4_217));
  }

  @Test
  void aChunkThatIsMovedAwayIsNotTheEnd() throws Exception {
    for (int i = 0; i < ALL; i++) {
      feed.put(entry(i, i, 1));
    }
    for (int i = 0; i < 3_000; i++) {
      int moved = i;
      feed.atEnd(() -> feed.put(entry(moved, 10_000 + moved, 2)));
    }
    assertThat(all(scans.standing(Range.ALL))).containsExactlyElementsOf(feed.inOrder());
  }

  @Test
  void partsAreEqual() throws Exception {
    assertThat(scans.split(Range.ALL, 5)).isEmpty();
    for (int i = 0; i < 10; i++) {
      feed.put(entry(i, i < 8 ? 0 : 1, 1));
    }
    assertThat(scans.split(Range.ALL, 1)).isEmpty();
    assertThat(scans.split(Range.ALL, 2)).containsExactly(Bound.of(entry(5, 0, 1)));
    assertThat(scans.split(Range.ALL, 16)).hasSize(9).isSorted().contains(time(1));
    assertThatIllegalArgumentException().isThrownBy(() -> scans.split(Range.ALL, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scans.split(Range.ALL, SummingStore.MAX_PARTS + 1));
  }

  @Test
  void aStoreThatSumsIsAskedItself() {
    assertThat(Summing.of(scans)).isSameAs(scans);
  }

  private static Bound time(double millis) {
    return new Bound(millis, null);
  }

  private static Fingerprint sum(List<Entry> entries) {
    Fingerprint sum = Fingerprint.EMPTY;
    for (Entry entry : entries) {
      sum = sum.plus(EntryDigest.of(entry));
    }
    return sum;
  }

  private static <T> List<T> all(Cursor<T> cursor) throws Exception {
    List<T> all = new ArrayList<>();
    for (T next = cursor.next(); next != null; next = cursor.next()) {
      all.add(next);
    }
    return all;
  }

  private static Entry entry(int id, double time, long modified) {
    return new Entry(
        new Device(new DeviceId("d"), "", "", "", ""),
        "v" + id,
        "",
        "",
        time,
        "",
        "",
        modified,
        id >= 10 && id % 3 == 0,
        null,
        UnknownFields.NONE);
  }

  /** As much of a store as is asked; its cursors show it as it is while they are read. */
  private static final class LiveFeed implements HistoryStore {
    private final NavigableMap<Long, Change> changes = new TreeMap<>();
    private final Map<EntryId, Long> positions = new HashMap<>();
    private final List<Runnable> later = new ArrayList<>();
    private long head;

    void put(Entry entry) {
      Long before = positions.put(entry.id(), ++head);
      if (before != null) {
        changes.remove(before);
      }
      changes.put(head, new Change(head, entry, null));
    }

    /** Happens when the next reader has read all that there was. */
    void atEnd(Runnable change) {
      later.add(change);
    }

    List<Entry> inOrder() {
      return changes.values().stream()
          .map(Change::entry)
          .sorted(Comparator.comparing(Bound::of))
          .toList();
    }

    @Override
    public Cursor<Change> changes(long after) {
      return new ChunkCursor<>(
          last -> {
            long position = last == null ? after : last.position();
            if (changes.tailMap(position, false).isEmpty()) {
              later.forEach(Runnable::run);
              later.clear();
            }
            return List.copyOf(changes.tailMap(position, false).values());
          },
          () -> {});
    }

    @Override
    public StoreState state() {
      return new StoreState(new FeedId("live"), head, changes.size(), 0);
    }

    @Override
    public MergeResult merge(Batch batch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Cursor<Entry> read(Window window) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SearchResults search(Search search) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<DeviceSummary> devices() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String mark(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> marks() {
      throw new UnsupportedOperationException();
    }
  }
}
