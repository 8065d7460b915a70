// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** The rules of {@link HistoryStore}, for any store; each test is named after its rule. */
abstract class HistoryStoreContract {
  private static final FeedId PEER = new FeedId("feed-of-a-peer");

  HistoryStore store;

  /** Opens the store of this test, with what was merged into it before. */
  abstract HistoryStore open() throws Exception;

  /** Closes it as its owner does. */
  abstract void close(HistoryStore store) throws Exception;

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() throws Exception {
    close(store);
  }

  @Test
  void durableEntriesAndMarksOutliveTheStore() throws Exception {
    Entry entry = Samples.withSummary(Samples.entry("a", "1", "one"), "about one");
    store.merge(new Batch(List.of(entry), PEER, Map.of("feed/x", "7")));
    String feed = store.state().feed().value();
    close(store);
    store = open();
    assertThat(all(store.changes(0))).containsExactly(new Change(1, entry, PEER));
    assertThat(store.mark("feed/x")).isEqualTo("7");
    assertThat(store.state().feed().value()).isEqualTo(feed);
    assertThat(store.state().entries()).isEqualTo(1);
  }

  @Test
  void atomicMarksAreSeenWithTheirEntriesOnly() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      Future<?> merging =
          threads.submit(
              () -> {
                for (int i = 1; i <= 200; i++) {
                  Entry entry = Samples.entry("a", Integer.toString(i), "t");
                  store.merge(new Batch(List.of(entry), PEER, Map.of("read", "" + i)));
                }
                return null;
              });
      while (!merging.isDone()) {
        String mark = store.mark("read");
        assertThat(all(store.changes(0)).size())
            .isGreaterThanOrEqualTo(mark == null ? 0 : Integer.parseInt(mark));
      }
      merging.get();
    } finally {
      threads.shutdown();
    }
    assertThat(store.mark("read")).isEqualTo("200");
    assertThat(store.mark("never set")).isNull();
  }

  @RepeatedTest(20)
  void convergentWhateverTheOrder() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Entry> versions = versions(random, 300);
    Map<EntryId, Entry> expected = new HashMap<>();
    for (Entry version : versions) {
      expected.merge(version.id(), version, (a, b) -> Precedence.ORDER.compare(a, b) >= 0 ? a : b);
    }
    List<Entry> arriving = new ArrayList<>(versions);
    arriving.addAll(versions.subList(0, 100));
    Collections.shuffle(arriving, random);
    for (int from = 0; from < arriving.size(); ) {
      int to = Math.min(arriving.size(), from + 1 + random.nextInt(60));
      store.merge(Batch.of(arriving.subList(from, to)));
      from = to;
    }
    Map<EntryId, Entry> standing = new HashMap<>();
    for (Change change : all(store.changes(0))) {
      standing.put(change.entry().id(), change.entry());
    }
    assertThat(standing).as("seed %s", seed).isEqualTo(expected);
    long deleted = expected.values().stream().filter(Entry::deleted).count();
    assertThat(store.state().tombstones()).isEqualTo(deleted);
    assertThat(store.state().entries()).isEqualTo(expected.size() - deleted);
  }

  @Test
  void convergentOnTextThatIsHardToStore() throws Exception {
    Entry plain = Samples.entry("a", "1", "plain");
    for (String text : List.of("half \uD83D pair", "nul \0 in it", "whole \uD83D\uDE00 pair", "")) {
      Entry entry =
          new Entry(
              plain.device(),
              "visit " + text.replace('\0', '-'),
              text,
              text,
              -0.0,
              text,
              text,
              5,
              false,
              null,
              UnknownFields.NONE);
      assertThat(store.merge(Batch.of(List.of(entry))).changed()).containsExactly(entry.id());
      assertThat(store.merge(Batch.of(List.of(entry))).changed()).isEmpty();
      List<Change> changes = all(store.changes(0));
      assertThat(changes.get(changes.size() - 1).entry()).isEqualTo(entry);
    }
    store.merge(new Batch(List.of(), null, Map.of("half \uD83D", "\uDE00 half")));
    assertThat(store.mark("half \uD83D")).isEqualTo("\uDE00 half");
  }

  @Test
  void idempotentMergeChangesNothing() throws Exception {
    Batch batch = new Batch(List.of(Samples.entry("a", "1", "one")), PEER, Map.of());
    MergeResult first = store.merge(batch);
    MergeResult again = store.merge(batch);
    MergeResult local = store.merge(Batch.of(batch.entries()));
    assertThat(first.changed()).hasSize(1);
    assertThat(again).isEqualTo(new MergeResult(first.head(), List.of()));
    assertThat(local).isEqualTo(again);
    assertThat(all(store.changes(0))).extracting(Change::source).containsExactly(PEER);
  }

  @Test
  void fedChangesMoveToTheHead() throws Exception {
    store.merge(Batch.of(List.of(Samples.entry("a", "1", "x"), Samples.entry("b", "1", "y"))));
    long head = store.state().head();
    Entry newer = Samples.version("a", "1", "z", Samples.TIME_MILLIS + 1, false);
    MergeResult result = store.merge(Batch.of(List.of(newer)));
    assertThat(result.head()).isGreaterThan(head).isEqualTo(store.state().head());
    assertThat(all(store.changes(head))).containsExactly(new Change(result.head(), newer, null));
    assertThat(all(store.changes(0))).hasSize(2);
    assertThat(all(store.changes(result.head()))).isEmpty();
  }

  @RepeatedTest(5)
  void fedReaderMissesNothingWhileThreadsMerge() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    Map<EntryId, Entry> followed = new HashMap<>();
    long position = 0;
    try {
      List<Future<?>> merging = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        Random random = new Random(t);
        merging.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 40; i++) {
                    store.merge(Batch.of(versions(random, 30)));
                  }
                  return null;
                }));
      }
      boolean done = false;
      while (!done) {
        done = merging.stream().allMatch(Future::isDone);
        try (Cursor<Change> changes = store.changes(position)) {
          for (Change c = changes.next(); c != null; c = changes.next()) {
            assertThat(c.position()).isGreaterThan(position);
            position = c.position();
            followed.put(c.entry().id(), c.entry());
          }
        }
      }
      for (Future<?> one : merging) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }
    Map<EntryId, Entry> standing = new HashMap<>();
    all(store.changes(0)).forEach(c -> standing.put(c.entry().id(), c.entry()));
    assertThat(followed).isEqualTo(standing);
  }

  @Test
  void searchableAtOnceAndNoLongerWhenDeletedOrOverwritten() throws Exception {
    store.merge(Batch.of(List.of(Samples.entry("a", "1", "Blue Mountains"))));
    assertThat(titles("mount blue")).isEmpty();
    assertThat(titles("blue mount")).containsExactly("Blue Mountains");
    store.merge(
        Batch.of(List.of(Samples.version("a", "1", "Sea", Samples.TIME_MILLIS + 1, false))));
    assertThat(titles("mountains")).isEmpty();
    assertThat(titles("sea")).containsExactly("Sea");
    store.merge(Batch.of(List.of(Samples.version("a", "1", "Sea", Samples.TIME_MILLIS + 2, true))));
    assertThat(titles("sea")).isEmpty();
  }

  @Test
  void searchableWithoutSpecialCharacters() throws Exception {
    store.merge(Batch.of(List.of(Samples.entry("a", "1", "C++ AND \"NOT\" (NEAR) title:x*"))));
    for (String text :
        List.of(
            "c++",
            "and",
            "\"not",
            "NOT near",
            "title:x",
            "x*",
            "-near",
            "^c",
            "{c}",
            "c' OR 1=2")) {
      boolean found = !text.contains("OR");
      assertThat(titles(text)).as(text).hasSize(found ? 1 : 0);
    }
    assertThat(titles("")).isEmpty();
    assertThat(titles(" *-\"' ")).isEmpty();
    String many = "c and not near title x ".repeat(40);
    assertThat(titles(many)).hasSize(1);
    StringBuilder different = new StringBuilder("c");
    for (int i = 0; i < 300; i++) {
      different.append(" c").append(Character.toString('a' + i % 26));
    }
    assertThat(titles(different.toString())).isEmpty();
  }

  @Test
  void windowIsOrderedAndWithoutTombstones() throws Exception {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      entries.add(
          Samples.at(
              "d" + i % 3, "v\uE000\uD83D\uDE00".substring(i % 3) + i, (i - i % 400) / 400.0));
    }
    Collections.shuffle(entries, new Random(1));
    store.merge(Batch.of(entries));
    Entry deleted = entries.get(5);
    store.merge(Batch.of(List.of(deleted.tombstone(Samples.TIME_MILLIS + 1))));
    List<Entry> expected = new ArrayList<>(entries);
    expected.remove(deleted);
    expected.sort(
        (a, b) -> {
          int time = Double.compare(a.visitTimeMillis(), b.visitTimeMillis());
          return time != 0 ? time : a.id().compareTo(b.id());
        });
    assertThat(all(store.read(Window.all(Window.Order.OLDEST_FIRST))))
        .containsExactlyElementsOf(expected);
    Collections.reverse(expected);
    assertThat(all(store.read(Window.all(Window.Order.NEWEST_FIRST))))
        .containsExactlyElementsOf(expected);
    expected.removeIf(e -> e.visitTimeMillis() != 1);
    assertThat(all(store.read(new Window(1, 2, Window.Order.NEWEST_FIRST))))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void devicesAreCountedAsTheirNewestVisitDescribesThem() throws Exception {
    store.merge(
        Batch.of(
            List.of(Samples.at("a", "1", 10), Samples.at("a", "2", 20), Samples.at("b", "1", 30))));
    assertThat(store.devices())
        .containsExactlyInAnyOrder(
            new DeviceSummary(Samples.device("a"), 2), new DeviceSummary(Samples.device("b"), 1));
  }

  @Test
  void closedStoreAndCursorSaySo() throws Exception {
    store.merge(Batch.of(List.of(Samples.entry("a", "1", "x"), Samples.entry("a", "2", "x"))));
    Cursor<Change> mine = store.changes(0);
    mine.close();
    mine.close();
    assertClosed(() -> mine.next());
    Cursor<Change> open = store.changes(0);
    assertThat(open.next()).isNotNull();
    close(store);
    assertClosed(() -> open.next());
    open.close();
    assertClosed(() -> store.merge(Batch.of(List.of())));
    assertClosed(() -> store.changes(0));
    assertClosed(() -> store.read(Window.all(Window.Order.NEWEST_FIRST)));
    assertClosed(() -> store.search(new Search("x", 1)));
    assertClosed(() -> store.state());
    assertClosed(() -> store.devices());
    assertClosed(() -> store.mark("x"));
  }

  private interface Call {
    void run() throws Exception;
  }

  private static void assertClosed(Call call) {
    StorageException e = catchThrowableOfType(StorageException.class, call::run);
    assertThat(e.kind()).isEqualTo(StorageException.Kind.CLOSED);
  }

  final List<String> titles(String text) throws StorageException {
    return store.search(new Search(text, 10)).stream().map(Hit::entry).map(Entry::title).toList();
  }

  static <T> List<T> all(Cursor<T> opened) throws StorageException {
    List<T> all = new ArrayList<>();
    try (Cursor<T> cursor = opened) {
      for (T next = cursor.next(); next != null; next = cursor.next()) {
        all.add(next);
      }
    }
    return all;
  }

  /** Few visits, many versions that tie in all but one respect. */
  static List<Entry> versions(Random random, int count) {
    List<Entry> versions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Entry e =
          Samples.version(
              "device" + random.nextInt(2),
              "v" + random.nextInt(12),
              "title" + random.nextInt(3),
              random.nextInt(3),
              random.nextInt(4) == 0);
      versions.add(random.nextInt(3) == 0 ? Samples.withSummary(e, "s" + random.nextInt(3)) : e);
    }
    return versions;
  }
}
