// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.chroniclesync.api.history.Bounds;
import org.chroniclesync.api.history.Device;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.PageSummary;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.history.UnknownFields;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.Hit;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.SearchResults.UnknownWord;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.Selector;
import org.chroniclesync.api.storage.support.Summing;
import org.chroniclesync.testkits.history.NumberedVisits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules of {@link HistoryStore}, for any store. Extend it, say how a store is opened, and run
 * it with JUnit 5; each test is named after the number of its rule. A subclass has a constructor
 * without parameters, because a process of its own opens the store, too, and is killed.
 *
 * <p>What a store cannot do, the methods that begin with {@code is} or return null say; the tests
 * that need it are then reported as skipped, with the reason.
 */
public abstract class HistoryStoreContract {
  private static final FeedId PEER = new FeedId("feed-of-a-peer");

  /** Nothing that is waited for takes nearly so long, on any machine. */
  private static final long DEADLINE_SECONDS = 20;

  /** Merges that last so long that other calls fit into them, if they may. */
  private static final int LONG_MERGE = 2_000;

  private static final int LONG_MERGES = 10;
  private static final int FEW_STATES = 3;

  private static final int FILLING = 500;

  private static final int ERASED = 1_200;
  private static final int FEW_ERASED = 20;
  private static final int MOST_FILLINGS = 400;

  private Path folder;
  private HistoryStore store;
  private boolean open;

  /** For subclasses. */
  protected HistoryStoreContract() {}

  /**
   * Opens the store of this test, with what was merged into it before.
   *
   * @param folder an empty folder at first, for whatever the store keeps; the same one, or a copy
   *     of it, for the same store
   * @return the store
   * @throws Exception if it cannot be opened, which fails the test
   */
  protected abstract HistoryStore open(Path folder) throws Exception;

  /**
   * Closes a store as its owner does. May be called on any thread while others use it.
   *
   * @param opened what {@link #open} or {@link #openSmall} returned
   * @throws Exception if it cannot be closed, which fails the test
   */
  protected void close(HistoryStore opened) throws Exception {
    if (!(opened instanceof AutoCloseable closeable)) {
      throw new AssertionError(opened.getClass() + " is not AutoCloseable: override close()");
    }
    closeable.close();
  }

  /**
   * Tells whether what is merged outlives the store and its process. One that is not durable says
   * so by {@link HistoryStore#DURABLE_PROPERTY}.
   *
   * @return true unless overridden
   */
  protected boolean isDurable() {
    return true;
  }

  /**
   * Opens the store of this test with room for a few thousand visits only.
   *
   * @param folder as for {@link #open}
   * @return the store, or null if there is no way to bound it
   * @throws Exception if it cannot be opened, which fails the test
   */
  protected @Nullable HistoryStore openSmall(Path folder) throws Exception {
    return null;
  }

  /**
   * Returns arguments for the JVM that is killed, such as system properties.
   *
   * @return none unless overridden
   */
  protected List<String> jvmArguments() {
    return List.of();
  }

  /**
   * Returns how often a process is killed.
   *
   * @return 3 unless overridden; 0 to leave it out
   */
  protected int kills() {
    return 3;
  }

  /**
   * Returns at how many moments of a process that merges the store is looked at as if it had ended
   * there, with the process or with the power.
   *
   * @return 15 unless overridden; 0 to leave it out
   */
  protected int cuts() {
    return 15;
  }

  @BeforeEach
  final void openStore(@TempDir Path emptyFolder) throws Exception {
    folder = emptyFolder;
    store = open(folder);
    open = true;
  }

  @AfterEach
  final void closeStore() throws Exception {
    if (open) {
      shut();
    }
  }

  private void shut() throws Exception {
    open = false;
    close(store);
  }

  private void reopen() throws Exception {
    if (open) {
      shut();
    }
    store = open(folder);
    open = true;
  }

  private void assumeDurable() {
    assumeTrue(isDurable(), "this store is not durable, and says so");
  }

  // --- 1 durable ----------------------------------------------------------------------------

  @Test
  final void rule1DurableEntriesAndMarksOutliveTheStore() throws Exception {
    assumeDurable();
    Entry entry = Samples.withSummary(Samples.entry("a", "1", "one"), "about one");
    long head = store.merge(new Batch(List.of(entry), PEER, Map.of("feed/x", "7"))).head();
    FeedId feed = store.state().feed();
    reopen();
    assertThat(Reads.all(store.changes(0))).containsExactly(new Change(head, entry, PEER));
    assertThat(store.mark("feed/x")).isEqualTo("7");
    assertThat(store.state().feed()).isEqualTo(feed);
    assertThat(store.state().head()).isEqualTo(head);
  }

  @Test
  final void rule1DurableAfterAKill() throws Exception {
    assumeDurable();
    assumeTrue(kills() > 0, "kills() says that no process is to be killed");
    Path errors = Files.createTempFile("killed", ".txt");
    shut();
    Set<FeedId> feeds = new HashSet<>();
    Random random = new Random();
    for (int kill = 0; kill < kills(); kill++) {
      int acknowledged =
          new Killing(getClass(), jvmArguments())
              .mergeAndKill(folder, errors, 1 + random.nextInt(40));
      store = open(folder);
      open = true;
      int stored = MergingProcess.count(store);
      assertThat(stored).isGreaterThanOrEqualTo(acknowledged);
      assertThat(Reads.standing(store)).hasSize(stored * MergingProcess.BATCH);
      feeds.add(store.state().feed());
      shut();
    }
    assertThat(feeds).hasSize(1);
    Files.delete(errors);
  }

  @Test
  final void rule1DurableAfterAPowerCut() throws Exception {
    assumeDurable();
    shut();
    try (Cutting cutting = Cutting.begin(this, folder, false)) {
      assumeTrue(cutting.forgets(), "only root on Linux may mount a disk that forgets");
      for (int cut = 0; cut < cuts(); cut++) {
        cutting.cut();
        cutting.afterAPowerCut(HistoryStoreContract::assertKept);
      }
    }
  }

  private static void assertKept(HistoryStore store, int acknowledged) throws Exception {
    assertThat(Reads.standing(store))
        .hasSizeGreaterThanOrEqualTo(acknowledged * MergingProcess.BATCH);
    assertThat(MergingProcess.count(store)).isGreaterThanOrEqualTo(acknowledged);
  }

  @Test
  final void rule1DurableWhenClosedWhileBusy() throws Exception {
    assumeDurable();
    Busy busy = closeWhileBusy();
    reopen();
    assertThat(Reads.standing(store).keySet()).containsAll(busy.acknowledged);
  }

  @Test
  final void rule1DurableNotThenEmptyAndUnderANewFeed() throws Exception {
    assumeFalse(isDurable(), "this store is durable");
    FeedId feed = store.state().feed();
    store.merge(new Batch(List.of(Samples.entry("a", "1", "one")), PEER, Map.of("feed/x", "7")));
    reopen();
    assertThat(store.state().feed()).isNotEqualTo(feed);
    assertThat(Reads.all(store.changes(0))).isEmpty();
    assertThat(store.marks()).isEmpty();
  }

  // --- 2 atomic -----------------------------------------------------------------------------

  @Test
  final void rule2AtomicMarksAreSeenWithTheirEntriesOnly() throws Exception {
    try (Crew crew = new Crew(1)) {
      Future<?> merging =
          crew.start(
              () -> {
                for (int i = 1; i <= 200; i++) {
                  Entry entry = Samples.entry("a", Integer.toString(i), "t");
                  store.merge(new Batch(List.of(entry), PEER, Map.of("read", "" + i)));
                }
              });
      boolean done = false;
      while (!done) {
        done = merging.isDone();
        String mark = store.mark("read");
        assertThat(Reads.all(store.changes(0)).size())
            .isGreaterThanOrEqualTo(mark == null ? 0 : Integer.parseInt(mark));
      }
    }
    assertThat(store.mark("read")).isEqualTo("200");
  }

  @Test
  final void rule2AtomicRefusedBatchLeavesNothing() throws Exception {
    openSmallStore();
    int merged = fillUp(e -> {});
    Entry held = Samples.realistic(0);
    String device = held.device().id().value();
    List<Entry> refused = new ArrayList<>(Samples.batch(merged, FILLING, "n").entries());
    refused.add(0, Samples.version(device, held.visitId(), "refused", Long.MAX_VALUE, false));
    Batch batch = new Batch(refused, PEER, Map.of("merged", "refused", "too", "many"));
    StorageException e = catchThrowableOfType(StorageException.class, () -> store.merge(batch));
    assumeTrue(e != null, "it found space after all");
    assertHoldsNothingOf(batch);
    if (isDurable()) {
      reopen();
      assertHoldsNothingOf(batch);
    }
  }

  private void assertHoldsNothingOf(Batch refused) throws StorageException {
    assertThat(Reads.standing(store).values()).doesNotContainAnyElementsOf(refused.entries());
    assertThat(titles("refused")).isEmpty();
    assertThat(store.marks()).doesNotContainKey("too").doesNotContainValue("refused");
  }

  @Test
  final void rule2AtomicWhereverItIsCut() throws Exception {
    assumeDurable();
    shut();
    try (Cutting cutting = Cutting.begin(this, folder, true)) {
      for (int cut = 0; cut < cuts(); cut++) {
        cutting.cut();
        cutting.afterTheDeathOfTheProcess(HistoryStoreContract::assertWhole);
        cutting.afterAPowerCut(HistoryStoreContract::assertWhole);
      }
    }
  }

  private static void assertWhole(HistoryStore store, int acknowledged) throws Exception {
    assertThat(Reads.standing(store))
        .as("visits of the %s batches that the mark names", MergingProcess.count(store))
        .hasSize(MergingProcess.count(store) * MergingProcess.BATCH);
  }

  @Test
  final void rule2AtomicWhatWasRefusedWhenClosedIsNotThere() throws Exception {
    assumeDurable();
    Busy busy = closeWhileBusy();
    reopen();
    assertThat(Reads.standing(store).keySet()).doesNotContainAnyElementsOf(busy.refused);
  }

  // --- 3 convergent -------------------------------------------------------------------------

  @RepeatedTest(10)
  final void rule3ConvergentWhateverTheOrder() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Entry> versions = Samples.versions(random, 300);
    arriveInAnyOrder(versions, random);
    assertThat(Reads.standing(store)).as("seed %s", seed).isEqualTo(greatest(versions));
  }

  @Test
  final void rule3ConvergentTombstoneStandsAgainstLateNews() throws Exception {
    Entry visit = Samples.entry("a", "1", "secret");
    Entry tombstone = visit.tombstone(Samples.TIME_MILLIS + 2);
    store.merge(Batch.of(List.of(tombstone)));
    store.merge(Batch.of(List.of(visit)));
    store.merge(Batch.of(List.of(visit.withLastModified(Samples.TIME_MILLIS + 2))));
    assertThat(Reads.standing(store)).isEqualTo(Map.of(visit.id(), tombstone));
    Entry again = visit.withLastModified(Samples.TIME_MILLIS + 3);
    store.merge(Batch.of(List.of(again)));
    assertThat(Reads.standing(store)).isEqualTo(Map.of(visit.id(), again));
  }

  private void arriveInAnyOrder(List<Entry> versions, Random random) throws Exception {
    List<Entry> arriving = new ArrayList<>(versions);
    arriving.addAll(versions.subList(0, versions.size() / 3));
    Collections.shuffle(arriving, random);
    for (int from = 0; from < arriving.size(); ) {
      int to = Math.min(arriving.size(), from + 1 + random.nextInt(60));
      store.merge(Batch.of(arriving.subList(from, to)));
      from = to;
    }
  }

  private static Map<EntryId, Entry> greatest(List<Entry> versions) {
    Map<EntryId, Entry> greatest = new HashMap<>();
    for (Entry version : versions) {
      greatest.merge(version.id(), version, (a, b) -> Precedence.ORDER.replaces(b, a) ? b : a);
    }
    return greatest;
  }

  // --- 4 idempotent -------------------------------------------------------------------------

  @Test
  final void rule4IdempotentMergeChangesNothing() throws Exception {
    Batch batch = new Batch(List.of(Samples.entry("a", "1", "one")), PEER, Map.of());
    MergeResult first = store.merge(batch);
    MergeResult again = store.merge(batch);
    MergeResult local = store.merge(Batch.of(batch.entries()));
    assertThat(first.changed()).hasSize(1);
    assertThat(again).isEqualTo(new MergeResult(first.head(), List.of()));
    assertThat(local).isEqualTo(again);
    assertThat(Reads.all(store.changes(0))).extracting(Change::source).containsExactly(PEER);
  }

  // --- 5 fed --------------------------------------------------------------------------------

  @Test
  final void rule5FedChangesMoveToTheHead() throws Exception {
    store.merge(Batch.of(List.of(Samples.entry("a", "1", "x"), Samples.entry("b", "1", "y"))));
    long head = store.state().head();
    Entry newer = Samples.version("a", "1", "z", Samples.TIME_MILLIS + 1, false);
    MergeResult result = store.merge(Batch.of(List.of(newer)));
    assertThat(result.head()).isGreaterThan(head).isEqualTo(store.state().head());
    assertThat(Reads.all(store.changes(head)))
        .containsExactly(new Change(result.head(), newer, null));
    assertThat(Reads.all(store.changes(0))).hasSize(2);
    assertThat(Reads.all(store.changes(result.head()))).isEmpty();
  }

  @Test
  final void rule5FedResultNamesEachChangedVisitOnce() throws Exception {
    List<Entry> versions = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      versions.add(Samples.version("a", "1", "t", Samples.TIME_MILLIS + i, false));
    }
    Entry other = Samples.entry("a", "2", "other");
    versions.add(2, other);
    assertThat(store.merge(Batch.of(versions)).changed())
        .containsExactlyInAnyOrder(versions.get(0).id(), other.id());
  }

  @Test
  final void rule5FedFromAnyPosition() throws Exception {
    store.merge(Batch.of(List.of(Samples.entry("a", "1", "x"), Samples.entry("b", "1", "y"))));
    long head = store.state().head();
    for (long before : new long[] {0, -1, Long.MIN_VALUE}) {
      assertThat(Reads.all(store.changes(before))).as("after %s", before).hasSize(2);
    }
    for (long beyond : new long[] {head, head + 1, Long.MAX_VALUE}) {
      assertThat(Reads.all(store.changes(beyond))).as("after %s", beyond).isEmpty();
    }
  }

  @Test
  final void rule5FedInAStretchWithoutASource() throws Exception {
    Random random = new Random(5);
    FeedId other = new FeedId("other");
    for (int i = 0; i < 60; i++) {
      List<Entry> entries = Samples.versions(random, 30);
      store.merge(new Batch(entries, List.of(PEER, other).get(i % 2), Map.of()));
      store.merge(Batch.of(Samples.batch(i, 5, "n").entries()));
    }
    List<Change> all = Reads.all(store.changes(0));
    long head = store.state().head();
    FeedId unknown = new FeedId("unknown");
    for (FeedId leftOut : Arrays.asList(PEER, other, unknown, null)) {
      for (int i = 0; i < 20; i++) {
        long after = random.nextLong(head + 1);
        long upTo = after + random.nextLong(head + 1);
        assertThat(Reads.all(store.changes(after, upTo, leftOut)))
            .as("after %s up to %s without %s", after, upTo, leftOut)
            .isEqualTo(
                all.stream()
                    .filter(c -> c.position() > after && c.position() <= upTo)
                    .filter(c -> leftOut == null || !leftOut.equals(c.source()))
                    .toList());
      }
      assertThat(Reads.all(store.changes(head, head, leftOut))).isEmpty();
    }
  }

  @RepeatedTest(3)
  final void rule5FedReaderMissesNothingWhileThreadsMerge() throws Exception {
    Map<EntryId, Entry> followed = new HashMap<>();
    // However fast they merge: some visits change after the reader has passed them.
    CountDownLatch merged = new CountDownLatch(3);
    CountDownLatch passed = new CountDownLatch(1);
    long position = 0;
    try (Crew crew = new Crew(3)) {
      List<Future<?>> merging = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        Random random = new Random(t);
        merging.add(
            crew.start(
                () -> {
                  for (int i = 0; i < 40; i++) {
                    if (i == 20) {
                      merged.countDown();
                      passed.await();
                    }
                    store.merge(Batch.of(Samples.versions(random, 30)));
                  }
                }));
      }
      boolean done = false;
      while (!done) {
        done = merging.stream().allMatch(Future::isDone);
        boolean half = merged.getCount() == 0 || merging.stream().anyMatch(Future::isDone);
        for (Change change : Reads.all(store.changes(position))) {
          assertThat(change.position()).isGreaterThan(position);
          position = change.position();
          followed.put(change.entry().id(), change.entry());
        }
        if (half) {
          passed.countDown();
        }
      }
    }
    assertThat(followed).isEqualTo(Reads.standing(store));
  }

  // --- 6 searchable -------------------------------------------------------------------------

  @Test
  final void rule6SearchableAtOnceAndNoLongerWhenDeletedOrOverwritten() throws Exception {
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
  final void rule6SearchableInTitleUrlAndSummary() throws Exception {
    Entry title = Samples.entry("a", "1", "a walrus");
    Entry url = Samples.entry("a", "walrus", "another");
    Entry summary =
        Samples.withSummary(
            Samples.entry("a", "3", "other"),
            "long ".repeat(300) + "of a WALRUS" + " on".repeat(90));
    store.merge(Batch.of(List.of(title, url, summary, Samples.entry("a", "4", "seal"))));
    List<Hit> hits = store.search(new Search("walr", 10)).hits();
    assertThat(hits)
        .extracting(Hit::url)
        .containsExactlyInAnyOrder(title.url(), url.url(), summary.url());
    assertThat(hits).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
    for (Hit hit : hits) {
      assertThat(hit.matches())
          .extracting(match -> hit.snippet().substring(match.start(), match.end()))
          .isNotEmpty()
          .allMatch(found -> found.equalsIgnoreCase("walrus"));
    }
    assertThat(store.search(new Search("walrus", 2)).hits()).hasSize(2);
    assertThat(store.search(new Search("walrus another", 10)).hits())
        .extracting(Hit::url)
        .containsExactly(url.url());
  }

  @Test
  final void rule6SearchableByWhatDevicesAreCalled() throws Exception {
    Entry ofOne = Samples.entry("a", "1", "a walrus");
    Entry ofOther = Samples.entry("b", "2", "another walrus");
    store.merge(Batch.of(List.of(ofOne, ofOther)));
    Map<DeviceId, String> names =
        Map.of(ofOne.device().id(), "Kitchen laptop", ofOther.device().id(), "Study");
    for (String text :
        List.of("walrus device:kitch", "device:study -device:kitchen", "device:up")) {
      List<Hit> found = store.search(new Search(text, 10).naming(names)).hits();
      List<String> expected =
          text.contains("study")
              ? List.of(ofOther.url())
              : text.contains("up") ? List.of() : List.of(ofOne.url());
      assertThat(found).as(text).extracting(Hit::url).containsExactlyElementsOf(expected);
    }
    assertThat(store.search(new Search("device:kitchen", 10)).hits()).isEmpty();
  }

  @Test
  final void rule6SearchableWithoutSpecialCharacters() throws Exception {
    store.merge(Batch.of(List.of(Samples.entry("a", "1", "C++ AND \"NOT\" (NEAR) title:x* 100%"))));
    for (String text :
        List.of("c++", "and", "\"not", "NOT near", "title:x", "x*", "^c", "{c}", "100%")) {
      assertThat(titles(text)).as(text).hasSize(1);
    }
    assertThat(titles("c' OR 1=2")).isEmpty();
    assertThat(titles("%")).isEmpty();
    assertThat(titles("")).isEmpty();
    assertThat(titles(" *-\"' ")).isEmpty();
    assertThat(titles("\uD83D \uDE00\uD83D \0 \u0301 .*?[")).isEmpty();
    assertThat(titles("c and not near title x ".repeat(40))).hasSize(1);
    assertThat(titles("x".repeat(Search.MAX_TEXT_CHARS))).isEmpty();
    assertThat(titles("a b c d e f g h i j k l m n o p ".repeat(30))).isEmpty();
  }

  @Test
  final void rule6SearchableByPageHoweverOftenItWasVisited() throws Exception {
    List<Entry> visits = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      visits.add(visit(i % 2 == 0 ? "a" : "b", "board", "Kubernetes board", i));
    }
    visits.add(visit("a", "docs", "Kubernetes explained", 3));
    visits.add(visit("b", "blog", "Kubernetes at home", 4));
    visits.add(visit("a", "board", "", 50));
    store.merge(Batch.of(visits));
    List<Hit> hits = store.search(new Search("kubernetes", 20)).hits();
    assertThat(hits)
        .extracting(Hit::url)
        .containsExactlyInAnyOrder(page("board"), page("docs"), page("blog"));
    Hit board = hits.get(0);
    assertThat(board.url()).as("the page that is visited most").isEqualTo(page("board"));
    assertThat(board.title()).isEqualTo("Kubernetes board");
    assertThat(board.visits()).isEqualTo(41);
    assertThat(board.lastVisitMillis()).isEqualTo(Samples.TIME_MILLIS + 50_000);
    assertThat(board.devices()).containsExactly(Samples.device("a"), Samples.device("b"));
  }

  @Test
  final void rule6SearchableUnderTheNewestTitleThatStands() throws Exception {
    store.merge(
        Batch.of(
            List.of(
                visit("a", "inbox", "Loading walrus", 1),
                visit("b", "inbox", "Inbox of walrus", 3),
                visit("a", "inbox", "", 4))));
    assertThat(titles("walrus")).containsExactly("Inbox of walrus");
    Entry newest = visit("b", "inbox", "Inbox of walrus", 3);
    store.merge(Batch.of(List.of(newest.tombstone(newest.lastModifiedMillis() + 1))));
    assertThat(titles("walrus")).containsExactly("Loading walrus");
    assertThat(store.search(new Search("walrus", 9)).hits().get(0).visits()).isEqualTo(2);
  }

  @Test
  final void rule6SearchableWithoutWhatAPageLoadedIntoItsFrames() throws Exception {
    Entry frame = visit("a", "frame", "bank login", 1);
    store.merge(
        Batch.of(
            List.of(
                visit("a", "home", "Bank", 2),
                withTransition(frame, "auto_subframe"),
                withTransition(visit("b", "other", "bank", 3), "manual_subframe"),
                withTransition(visit("c", "home", "Bank", 9), "auto_subframe"))));
    List<Hit> hits = store.search(new Search("bank", 10)).hits();
    assertThat(hits).extracting(Hit::url).containsExactly(page("home"));
    assertThat(hits.get(0).visits()).isEqualTo(1);
    assertThat(hits.get(0).devices()).containsExactly(Samples.device("a"));
    assertThat(store.search(new Search("login", 10)).unknownWords())
        .extracting(UnknownWord::word)
        .containsExactly("login");
  }

  @Test
  final void rule6SearchableToTheEndByContinuations() throws Exception {
    List<Entry> visits = new ArrayList<>();
    for (int i = 0; i < 57; i++) {
      visits.add(visit("a", "walrus-" + i, "walrus", i % 7));
    }
    store.merge(Batch.of(visits));
    List<String> all = new ArrayList<>();
    Search search = new Search("walrus", 10);
    SearchResults results = store.search(search);
    while (results.continuation() != null) {
      assertThat(results.hits()).hasSize(10);
      results.hits().forEach(hit -> all.add(hit.url()));
      Continuation next = Continuation.parse(results.continuation().toString());
      results = store.search(new Search("walrus", 10, search.now().plusDays(40), next));
    }
    results.hits().forEach(hit -> all.add(hit.url()));
    assertThat(all)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(visits.stream().map(Entry::url).toList());
    assertThat(store.search(new Search("walrus", 57)).continuation()).isNull();
    assertThat(store.search(new Search("walrus", 56)).continuation()).isNotNull();
  }

  /** Far enough for a store to remember what it found. */
  @Test
  final void rule6SearchableToTheEndWhileItChanges() throws Exception {
    Map<String, Entry> left = new LinkedHashMap<>();
    for (int i = 0; i < 900; i++) {
      Entry visit = visit("a", "page-" + i, "walrus", i % 7);
      left.put(visit.url(), visit);
    }
    store.merge(Batch.of(List.copyOf(left.values())));
    Set<String> retitled = new HashSet<>();
    Search search = new Search("walrus", 100);
    SearchResults results = store.search(search);
    for (Continuation next = results.continuation(); ; next = results.continuation()) {
      for (Hit hit : results.hits()) {
        assertThat(left.remove(hit.url())).as("%s, which is shown once", hit.url()).isNotNull();
        assertThat(hit.title()).isEqualTo(retitled.contains(hit.url()) ? "old walrus" : "walrus");
      }
      if (next == null) {
        break;
      }
      Iterator<Entry> change = List.copyOf(left.values()).iterator();
      Entry gone = change.next();
      Entry renamed = change.next();
      Entry aged = change.next();
      long later = Samples.TIME_MILLIS + 1;
      store.merge(
          Batch.of(
              List.of(
                  gone.tombstone(later),
                  retitled(renamed, "narwhal", later),
                  retitled(aged, "old walrus", later))));
      left.remove(gone.url());
      left.remove(renamed.url());
      retitled.add(aged.url());
      results = store.search(search.from(100, next));
    }
    assertThat(left).isEmpty();
  }

  private static Entry retitled(Entry e, String title, long modified) {
    return new Entry(
        e.device(),
        e.visitId(),
        e.url(),
        title,
        e.visitTimeMillis(),
        e.referringVisitId(),
        e.transition(),
        modified,
        false,
        e.page(),
        e.unknown());
  }

  @Test
  final void rule6SearchableByConditions() throws Exception {
    double day = 24 * 60 * 60;
    store.merge(
        Batch.of(
            List.of(
                visit("laptop", "old/tea", "Green tea", 0),
                visit("phone", "new/tea", "Tea, green and black", 10 * day))));
    ZonedDateTime now =
        Instant.ofEpochMilli((long) (Samples.TIME_MILLIS + 12 * day * 1_000))
            .atZone(ZoneOffset.UTC);
    Map<String, List<String>> expected =
        Map.ofEntries(
            Map.entry("\"green tea\"", List.of("old/tea")),
            Map.entry("tea -black", List.of("old/tea")),
            Map.entry("tea -green", List.of()),
            Map.entry("title:black", List.of("new/tea")),
            Map.entry("title:old", List.of()),
            Map.entry("url:old tea", List.of("old/tea")),
            Map.entry("device:phone", List.of("new/tea")),
            Map.entry("tea -device:phone", List.of("old/tea")),
            Map.entry("tea browser:chromium site:example.org/new", List.of("new/tea")),
            Map.entry("site:example.org device:laptop", List.of("old/tea")),
            Map.entry("site:example.net", List.of()),
            Map.entry("site:ample.org tea", List.of()),
            Map.entry("tea browser:firefox", List.of()),
            Map.entry("after:7 days ago tea", List.of("new/tea")),
            Map.entry("before:7 days ago", List.of("old/tea")),
            Map.entry("after:yesterday", List.of()),
            Map.entry("colour:green", List.of()));
    for (Map.Entry<String, List<String>> each : expected.entrySet()) {
      SearchResults results = store.search(new Search(each.getKey(), 10, now, null));
      assertThat(results.hits())
          .as(each.getKey())
          .extracting(Hit::url)
          .containsExactlyElementsOf(
              each.getValue().stream().map(HistoryStoreContract::page).toList());
    }
  }

  @Test
  final void rule6SearchableAndSaysWhichWordIsUnknown() throws Exception {
    store.merge(
        Batch.of(
            List.of(
                visit("a", "docs", "Kubernetes explained", 1),
                visit("a", "blog", "A walrus", 2),
                withTransition(visit("a", "frame", "cabernets", 2), "auto_subframe"))));
    assertThat(store.search(new Search("kuberntes explained", 10)))
        .isEqualTo(
            new SearchResults(
                List.of(), null, List.of(new UnknownWord("kuberntes", "kubernetes"))));
    assertThat(store.search(new Search("walrus explained", 10)).unknownWords()).isEmpty();
    assertThat(store.search(new Search("walrus zzzzz", 10)).unknownWords())
        .containsExactly(new UnknownWord("zzzzz", null));
    assertThat(store.search(new Search("walrus site:example.net", 10)).unknownWords()).isEmpty();
  }

  private static String page(String name) {
    return "https://example.org/" + name;
  }

  private static Entry visit(String device, String page, String title, double seconds) {
    Entry e = Samples.entry(device, page + "@" + seconds, title);
    return new Entry(
        e.device(),
        e.visitId(),
        page(page),
        title,
        Samples.TIME_MILLIS + seconds * 1_000,
        "",
        "link",
        e.lastModifiedMillis(),
        false,
        null,
        e.unknown());
  }

  private static Entry withTransition(Entry e, String transition) {
    return new Entry(
        e.device(),
        e.visitId(),
        e.url(),
        e.title(),
        e.visitTimeMillis(),
        e.referringVisitId(),
        transition,
        e.lastModifiedMillis(),
        e.deleted(),
        e.page(),
        e.unknown());
  }

  private List<String> titles(String text) throws StorageException {
    return store.search(new Search(text, 10)).hits().stream().map(Hit::title).toList();
  }

  // --- 7 faithful ---------------------------------------------------------------------------

  @Test
  final void rule7FaithfulToTextThatIsHardToStore() throws Exception {
    for (String text :
        List.of("half \uD83D pair", "nul \0 in it", "whole \uD83D\uDE00 pair", "'; --", "")) {
      Entry entry =
          new Entry(
              new Device(new DeviceId("device"), text, text, text, text),
              "visit " + text.replace('\0', '-'),
              text,
              text,
              -0.0,
              text,
              text,
              Long.MIN_VALUE,
              false,
              new PageSummary(text, -0.0),
              new UnknownFields("{" + text + "}"));
      store.merge(new Batch(List.of(entry), new FeedId("feed \uDE00"), Map.of(text, text)));
      List<Change> changes = Reads.all(store.changes(0));
      Change last = changes.get(changes.size() - 1);
      assertThat(last.entry()).isEqualTo(entry);
      assertThat(last.source()).isEqualTo(new FeedId("feed \uDE00"));
      assertThat(store.mark(text)).isEqualTo(text);
      assertThat(Reads.all(store.read(Window.all(Window.Order.NEWEST_FIRST)))).contains(entry);
    }
  }

  @Test
  final void rule7FaithfulToTheLargestOfAllFields() throws Exception {
    for (String unit : List.of("x", "\u6771", "\uDE00")) {
      Entry entry =
          new Entry(
              new Device(
                  new DeviceId(unit.repeat(Bounds.MAX_ID_CHARS)),
                  unit.repeat(Bounds.MAX_FIELD_CHARS),
                  unit.repeat(Bounds.MAX_USER_AGENT_CHARS),
                  unit.repeat(Bounds.MAX_FIELD_CHARS),
                  unit.repeat(Bounds.MAX_FIELD_CHARS)),
              unit.repeat(Bounds.MAX_ID_CHARS),
              unit.repeat(Bounds.MAX_URL_CHARS),
              unit.repeat(Bounds.MAX_TITLE_CHARS),
              Double.MAX_VALUE,
              unit.repeat(Bounds.MAX_ID_CHARS),
              unit.repeat(Bounds.MAX_FIELD_CHARS),
              Long.MAX_VALUE,
              false,
              new PageSummary(unit.repeat(Bounds.MAX_SUMMARY_CHARS), -Double.MAX_VALUE),
              new UnknownFields("{" + unit.repeat(Bounds.MAX_UNKNOWN_CHARS - 2) + "}"));
      store.merge(Batch.of(List.of(entry)));
      List<Change> changes = Reads.all(store.changes(0));
      assertThat(changes.get(changes.size() - 1).entry()).isEqualTo(entry);
    }
    List<Entry> most = new ArrayList<>();
    for (int i = 0; i < Batch.MAX_ENTRIES; i++) {
      most.add(Samples.entry("most", Integer.toString(i), "of all"));
    }
    assertThat(store.merge(Batch.of(most)).changed()).hasSize(Batch.MAX_ENTRIES);
  }

  @Test
  final void rule7FaithfulToIdsThatDifferByLittle() throws Exception {
    List<Entry> entries = new ArrayList<>();
    for (String id :
        List.of(
            "a", "A", "a ", " a", "\u00e9", "e\u0301", "\u00df", "ss", "1", "01", "1.0", "\uD83D",
            "?", "\uFFFD", "\uFF21")) {
      entries.add(Samples.entry("device", id, "a visit"));
      entries.add(Samples.entry("device " + id, "1", "a device"));
    }
    store.merge(Batch.of(entries));
    assertThat(Reads.standing(store).values()).containsExactlyInAnyOrderElementsOf(entries);
  }

  // --- 8 ordered ----------------------------------------------------------------------------

  @Test
  final void rule8OrderedAndWithoutTombstones() throws Exception {
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
    assertThat(Reads.all(store.read(Window.all(Window.Order.OLDEST_FIRST))))
        .containsExactlyElementsOf(expected);
    Collections.reverse(expected);
    assertThat(Reads.all(store.read(Window.all(Window.Order.NEWEST_FIRST))))
        .containsExactlyElementsOf(expected);
    expected.removeIf(e -> e.visitTimeMillis() != 1);
    assertThat(Reads.all(store.read(new Window(1, 2, Window.Order.NEWEST_FIRST))))
        .containsExactlyElementsOf(expected);
    assertThat(Reads.all(store.read(new Window(2, 1, Window.Order.OLDEST_FIRST)))).isEmpty();
  }

  @Test
  final void rule8OrderedAndWholeWhatASelectionAsksFor() throws Exception {
    long seed = System.nanoTime();
    List<Entry> versions = Samples.versions(new Random(seed), 400);
    // Pages that were visited several times, and visits that were not deleted for sure.
    for (int i = 0; i < 15; i++) {
      Entry visit = Samples.at("device" + i % 3, "page" + i / 3, i * 1_000);
      versions.add(i % 5 == 0 ? withTransition(visit, "auto_subframe") : visit);
    }
    store.merge(Batch.of(versions));
    List<Entry> all = Reads.all(store.read(Window.all(Window.Order.OLDEST_FIRST)));
    double middle = all.get(all.size() / 2).visitTimeMillis();
    for (Entry one : all) {
      for (Selection selection :
          List.of(
              Selection.ALL.ofVisit(one.id()),
              Selection.ALL.ofPage(one.url()),
              Selection.ALL.ofDevice(one.device().id()),
              Selection.ALL.ofPage(one.url()).ofDevice(one.device().id()),
              Selection.ALL.ofVisit(one.id()).between(middle, Double.MAX_VALUE),
              Selection.ALL.ofPage(one.url()).between(-Double.MAX_VALUE, middle))) {
        Selector selector = Selector.of(selection, store);
        assertThat(Reads.all(selector.read(store)))
            .as("seed %s, %s", seed, selection)
            .containsExactlyElementsOf(all.stream().filter(selector::admits).toList());
      }
    }
    assertThat(Reads.all(store.select(Selection.ALL))).containsExactlyElementsOf(all);
  }

  // --- 9 counted ----------------------------------------------------------------------------

  @Test
  final void rule9CountedAsTheNewestVisitDescribesTheDevice() throws Exception {
    Entry newest = Samples.at("a", "2", 20);
    Entry older = Samples.at("a", "1", 10);
    Device renamed = new Device(older.device().id(), "Other", "", "", "");
    Entry described =
        new Entry(
            renamed, "1", "", "", 10, "", "", Samples.TIME_MILLIS, false, null, UnknownFields.NONE);
    store.merge(Batch.of(List.of(newest, described, Samples.at("b", "1", 30))));
    store.merge(
        Batch.of(
            List.of(
                Samples.at("b", "2", 40).tombstone(Samples.TIME_MILLIS),
                Samples.at("c", "1", 1).tombstone(Samples.TIME_MILLIS))));
    assertThat(store.devices())
        .containsExactlyInAnyOrder(
            new DeviceSummary(newest.device(), 2), new DeviceSummary(Samples.device("b"), 1));
  }

  @Test
  final void rule9CountedWhateverCame() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    assertThat(store.state().head()).isZero();
    List<Entry> versions = Samples.versions(random, 200);
    arriveInAnyOrder(versions, random);
    Map<EntryId, Entry> expected = Reads.standing(store);
    long deleted = expected.values().stream().filter(Entry::deleted).count();
    assertThat(store.state().tombstones()).as("seed %s", seed).isEqualTo(deleted);
    assertThat(store.state().entries()).as("seed %s", seed).isEqualTo(expected.size() - deleted);
  }

  @Test
  final void rule9CountedWithoutWaitingForAMerge() throws Exception {
    int told = 0;
    int waited = 0;
    try (Crew crew = new Crew(1)) {
      for (int i = 0; i < LONG_MERGES; i++) {
        Batch batch = Samples.batch(i, LONG_MERGE, "n");
        Future<?> merging = crew.start(() -> store.merge(batch));
        long before = waits();
        int states = 0;
        while (!merging.isDone()) {
          store.state();
          states++;
        }
        if (waits() > before) {
          waited++;
        } else if (states >= FEW_STATES) {
          told++;
        }
        merging.get();
      }
    }
    // Now and then it may meet a lock that is held for a moment, or no merge at all.
    assertThat(waited).as("merges that the state waited for").isLessThan(told);
  }

  /** Returns how often this thread waited for another one. */
  private static long waits() {
    ThreadInfo self =
        ManagementFactory.getThreadMXBean().getThreadInfo(Thread.currentThread().getId());
    return self.getBlockedCount() + self.getWaitedCount();
  }

  // --- 10 marked ----------------------------------------------------------------------------

  @Test
  final void rule10MarkedUntilAnotherMergeSaysOtherwise() throws Exception {
    store.merge(new Batch(List.of(), null, Map.of("one", "1", "two", "2")));
    Map<String, String> before = store.marks();
    store.merge(new Batch(List.of(), null, Map.of("two", "two", "three", "")));
    assertThat(store.marks()).isEqualTo(Map.of("one", "1", "two", "two", "three", ""));
    assertThat(before).isEqualTo(Map.of("one", "1", "two", "2"));
    assertThatThrownBy(() -> before.put("two", "3"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(store.mark("one")).isEqualTo("1");
    assertThat(store.mark("never set")).isNull();
  }

  @Test
  final void rule10MarkedWithRoomForAllThatANodeSets() throws Exception {
    Map<String, String> all = new HashMap<>();
    for (int from = 0; from < HistoryStore.MAX_MARKS; from += Batch.MAX_MARKS) {
      Map<String, String> marks = new HashMap<>();
      for (int i = from; i < from + Batch.MAX_MARKS; i++) {
        marks.put("m" + i, "v" + i);
      }
      store.merge(new Batch(List.of(), null, marks));
      all.putAll(marks);
    }
    store.merge(new Batch(List.of(), null, Map.of("m0", "new")));
    all.put("m0", "new");
    assertThat(store.marks()).isEqualTo(all);
  }

  // --- 11 unhindered ------------------------------------------------------------------------

  @Test
  final void rule11UnhinderedByCursorsThatStayOpen() throws Exception {
    store.merge(Samples.batch(0, 1_500, "n"));
    try (Crew crew = new Crew(1);
        Cursor<Change> changes = store.changes(0);
        Cursor<Entry> window = store.read(Window.all(Window.Order.OLDEST_FIRST))) {
      assertThat(changes.next()).isNotNull();
      assertThat(window.next()).isNotNull();
      Future<?> merging =
          crew.start(
              () -> {
                for (int i = 1; i < 20; i++) {
                  store.merge(Samples.batch(i, 100, "n"));
                }
              });
      merging.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
      Set<EntryId> seen = new HashSet<>();
      for (Change change = changes.next(); change != null; change = changes.next()) {
        seen.add(change.entry().id());
      }
      assertThat(seen).hasSizeGreaterThanOrEqualTo(1_499);
      assertThat(Reads.all(window)).hasSizeGreaterThanOrEqualTo(1_499);
    }
  }

  // --- 12 one after another -----------------------------------------------------------------

  @RepeatedTest(5)
  final void rule12OneAfterAnother() throws Exception {
    int writers = 3;
    List<ConcurrentLinkedQueue<Growing.Call>> setMarks = new ArrayList<>();
    List<ConcurrentLinkedQueue<Growing.Call>> seenMarks = new ArrayList<>();
    ConcurrentLinkedQueue<Growing.Call> versions = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Growing.Call> seenVersions = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<Growing.Call> heads = new ConcurrentLinkedQueue<>();
    try (Crew crew = new Crew(writers + 1)) {
      List<Future<?>> writing = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        int writer = w;
        setMarks.add(new ConcurrentLinkedQueue<>());
        seenMarks.add(new ConcurrentLinkedQueue<>());
        writing.add(
            crew.start(
                () -> {
                  for (int i = 1; i <= 60; i++) {
                    long version = (long) i * writers + (i * 7 + writer) % writers;
                    Entry entry = Samples.version("a", "1", "w" + writer, version, false);
                    Batch batch = new Batch(List.of(entry), null, Map.of("w" + writer, "" + i));
                    long begin = System.nanoTime();
                    MergeResult result = store.merge(batch);
                    long end = System.nanoTime();
                    versions.add(new Growing.Call(begin, end, version));
                    setMarks.get(writer).add(new Growing.Call(begin, end, i));
                    if (!result.changed().isEmpty()) {
                      heads.add(new Growing.Call(begin, end, result.head()));
                    }
                  }
                }));
      }
      Future<?> reading =
          crew.start(
              () -> {
                while (!writing.stream().allMatch(Future::isDone)) {
                  readOnce(seenVersions, seenMarks);
                }
                readOnce(seenVersions, seenMarks);
              });
      reading.get();
    }
    new Growing(List.copyOf(versions), List.copyOf(seenVersions)).check("the version of a visit");
    for (int w = 0; w < writers; w++) {
      new Growing(List.copyOf(setMarks.get(w)), List.copyOf(seenMarks.get(w))).check("a mark");
    }
    new Growing(List.of(new Growing.Call(0, Long.MAX_VALUE, Long.MAX_VALUE)), List.copyOf(heads))
        .check("the position of a merge");
    assertThat(heads.stream().map(Growing.Call::value)).doesNotHaveDuplicates();
  }

  private void readOnce(
      ConcurrentLinkedQueue<Growing.Call> seenVersions,
      List<ConcurrentLinkedQueue<Growing.Call>> seenMarks)
      throws StorageException {
    long begin = System.nanoTime();
    List<Change> changes = Reads.all(store.changes(0));
    long end = System.nanoTime();
    long version = changes.isEmpty() ? 0 : changes.get(0).entry().lastModifiedMillis();
    seenVersions.add(new Growing.Call(begin, end, version));
    begin = System.nanoTime();
    Map<String, String> marks = Map.copyOf(store.marks());
    end = System.nanoTime();
    for (int w = 0; w < seenMarks.size(); w++) {
      long mark = Long.parseLong(marks.getOrDefault("w" + w, "0"));
      seenMarks.get(w).add(new Growing.Call(begin, end, mark));
    }
  }

  // --- 13 closed ----------------------------------------------------------------------------

  @Test
  final void rule13ClosedStoreAndCursorSaySo() throws Exception {
    store.merge(Batch.of(List.of(Samples.entry("a", "1", "x"), Samples.entry("a", "2", "x"))));
    Cursor<Change> mine = store.changes(0);
    mine.close();
    mine.close();
    assertClosed(() -> mine.next());
    Cursor<Change> changes = store.changes(0);
    Cursor<Entry> window = store.read(Window.all(Window.Order.NEWEST_FIRST));
    Cursor<Entry> range = summing().standing(Range.ALL);
    assertThat(changes.next()).isNotNull();
    assertThat(window.next()).isNotNull();
    assertThat(range.next()).isNotNull();
    shut();
    assertClosed(() -> changes.next());
    assertClosed(() -> window.next());
    assertClosed(() -> range.next());
    changes.close();
    window.close();
    range.close();
    assertClosed(() -> store.merge(Batch.of(List.of())));
    assertClosed(() -> store.changes(0));
    assertClosed(() -> store.changes(0, 1, PEER));
    assertClosed(() -> store.read(Window.all(Window.Order.NEWEST_FIRST)));
    assertClosed(() -> store.search(new Search("x", 1)));
    assertClosed(() -> store.search(new Search("", 1)));
    assertClosed(() -> store.state());
    assertClosed(() -> store.devices());
    assertClosed(() -> store.mark("x"));
    assertClosed(() -> store.marks());
    assertClosed(() -> summing().fingerprint(Range.ALL));
    assertClosed(() -> summing().split(Range.ALL, 2));
    assertClosed(() -> summing().standing(Range.ALL));
  }

  @RepeatedTest(3)
  final void rule13ClosedWhileBusyEndsAllCalls() throws Exception {
    assertThat(closeWhileBusy().ends).containsOnly(Kind.CLOSED);
  }

  @Test
  final void rule13ClosedLeavesNeitherThreadNorFile() throws Exception {
    shut();
    Leftovers leftovers = Leftovers.watch(folder);
    store = open(folder);
    open = true;
    store.merge(Samples.batch(0, 200, "n"));
    store.search(new Search(NumberedVisits.commonWord(), 10));
    Cursor<Change> left = store.changes(0);
    assertThat(left.next()).isNotNull();
    shut();
    assertThat(leftovers.threads()).isEmpty();
    assertThat(leftovers.files()).isEmpty();
  }

  private static void assertClosed(Crew.Task call) {
    StorageException e = catchThrowableOfType(StorageException.class, () -> call.run());
    assertThat(e).as("it goes on although it was closed").isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.CLOSED);
  }

  /** What became of those who were busy when the store was closed. */
  private static final class Busy {
    final Set<EntryId> acknowledged = ConcurrentHashMap.newKeySet();
    final Set<EntryId> refused = ConcurrentHashMap.newKeySet();
    final List<Kind> ends = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch underWay = new CountDownLatch(20);

    void merge(HistoryStore store, Batch batch) throws StorageException {
      List<EntryId> ids = batch.entries().stream().map(Entry::id).toList();
      try {
        store.merge(batch);
      } catch (StorageException e) {
        refused.addAll(ids);
        throw e;
      }
      acknowledged.addAll(ids);
      underWay.countDown();
    }

    /** Does it again and again until the store refuses. */
    void untilRefused(Step step) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2 * DEADLINE_SECONDS);
      for (int i = 0; System.nanoTime() < deadline; i++) {
        try {
          step.take(i);
        } catch (StorageException e) {
          ends.add(e.kind());
          return;
        }
      }
      throw new AssertionError("it goes on although it was closed");
    }
  }

  private Busy closeWhileBusy() throws Exception {
    Busy busy = new Busy();
    try (Crew crew = new Crew(6)) {
      for (int t = 0; t < 3; t++) {
        String device = "device" + t;
        crew.start(() -> busy.untilRefused(i -> busy.merge(store, Batch.of(visits(device, i)))));
      }
      crew.start(() -> busy.untilRefused(i -> store.search(new Search("pa", 1_000))));
      crew.start(() -> busy.untilRefused(i -> Reads.all(store.changes(0))));
      crew.start(
          () ->
              busy.untilRefused(i -> Reads.all(store.read(Window.all(Window.Order.NEWEST_FIRST)))));
      open = false;
      boolean busyInTime = busy.underWay.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
      close(store);
      assertThat(busyInTime).as("20 merges in time").isTrue();
    }
    return busy;
  }

  private static List<Entry> visits(String device, int number) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      entries.add(Samples.entry(device, number + "-" + i, "page"));
    }
    return entries;
  }

  // --- 14 full ------------------------------------------------------------------------------

  @Test
  final void rule14FullStoreKeepsWhatWasMerged() throws Exception {
    openSmallStore();
    int merged = fillUp(HistoryStoreContract::assertFull);
    assertThat(Reads.standing(store)).hasSize(merged * FILLING);
    assertThat(store.mark("merged")).isEqualTo("" + merged);
    if (isDurable()) {
      reopen();
      int reread = Reads.standing(store).size();
      store.merge(Samples.batch(merged, FILLING, "merged"));
      assertThat(Reads.standing(store)).hasSize(reread + FILLING);
    }
  }

  @Test
  final void rule14FullDiskKeepsWhatWasMergedAndIsWrittenAgainWhenThereIsSpace() throws Exception {
    assumeDurable();
    shut();
    Optional<SmallDisk> mounted = SmallDisk.mount(folder.resolve("disk"));
    assumeTrue(mounted.isPresent(), "only root on Linux may mount a small file system");
    try (SmallDisk disk = mounted.get()) {
      store = open(disk.folder());
      open = true;
      try {
        int merged = fillUp(HistoryStoreContract::assertFull);
        assertThat(Reads.standing(store)).hasSize(merged * FILLING);
        disk.makeSpace();
        store.merge(Samples.batch(merged, FILLING, "merged"));
        assertThat(Reads.standing(store)).hasSize((merged + 1) * FILLING);
        assertThat(store.mark("merged")).isEqualTo("" + (merged + 1));
        // Throws nothing where a merge succeeds.
        store.checkWritable();
      } finally {
        shut();
      }
    }
  }

  private void openSmallStore() throws Exception {
    shut();
    HistoryStore small = openSmall(folder);
    assumeTrue(small != null, "there is no way to bound this store");
    store = Objects.requireNonNull(small);
    open = true;
  }

  /** Returns how many batches were acknowledged before there was no space, twice in a row. */
  private int fillUp(Consumer<StorageException> refusal) throws Exception {
    int refused = 0;
    int merged = 0;
    while (refused < 2) {
      assertThat(merged).as("it never got full").isLessThan(MOST_FILLINGS);
      Batch batch = Samples.batch(merged, FILLING, "merged");
      StorageException e = catchThrowableOfType(StorageException.class, () -> store.merge(batch));
      if (e != null) {
        refusal.accept(e);
        refused++;
      } else {
        merged++;
        refused = 0;
      }
    }
    return merged;
  }

  private static void assertFull(StorageException e) {
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.FULL);
  }

  // --- 15 fingerprinted ---------------------------------------------------------------------

  @RepeatedTest(3)
  final void rule15FingerprintedAsTheVersionsThatStand() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    assertThat(summing().fingerprint(Range.ALL)).isEqualTo(Fingerprint.EMPTY);
    for (int round = 0; round < 3; round++) {
      arriveInAnyOrder(Samples.wandering(random, 200), random);
      List<Entry> standing = inOrder();
      assertThat(summing().fingerprint(Range.ALL)).as("seed %s", seed).isEqualTo(sum(standing));
      for (int i = 0; i < 20; i++) {
        Range range = range(standing, random);
        assertThat(summing().fingerprint(range))
            .as("seed %s, %s", seed, range)
            .isEqualTo(sum(standing.stream().filter(range::contains).toList()));
      }
    }
  }

  @Test
  final void rule15FingerprintedWhenOpenedAgainAlsoAfterAKill() throws Exception {
    assumeDurable();
    store.merge(Samples.batch(0, MergingProcess.BATCH, MergingProcess.MARK));
    reopen();
    assertThat(summing().fingerprint(Range.ALL)).isEqualTo(sum(inOrder()));
    if (kills() > 0) {
      shut();
      Path errors = Files.createTempFile("killed", ".txt");
      new Killing(getClass(), jvmArguments()).mergeAndKill(folder, errors, 20);
      Files.delete(errors);
      reopen();
      assertThat(summing().fingerprint(Range.ALL)).isEqualTo(sum(inOrder()));
    }
  }

  @Test
  final void rule15FingerprintedAtOneMoment() throws Exception {
    Random random = new Random(15);
    List<List<Entry>> batches = new ArrayList<>();
    List<Fingerprint> moments = new ArrayList<>(List.of(Fingerprint.EMPTY));
    Map<EntryId, Entry> standing = new HashMap<>();
    for (int i = 0; i < 30; i++) {
      List<Entry> batch = new ArrayList<>();
      for (int visit = i; visit < i + 40; visit++) {
        Entry entry = Samples.version("a", "v" + visit, "t", i, random.nextInt(5) == 0);
        batch.add(Samples.movedTo(entry, Samples.TIME_MILLIS * random.nextDouble()));
      }
      batch.forEach(entry -> standing.put(entry.id(), entry));
      batches.add(batch);
      moments.add(sum(standing.values()));
    }
    try (Crew crew = new Crew(1)) {
      Future<?> merging =
          crew.start(
              () -> {
                for (List<Entry> batch : batches) {
                  store.merge(Batch.of(batch));
                }
              });
      int moment = 0;
      boolean done = false;
      while (!done) {
        done = merging.isDone();
        int now = moments.indexOf(summing().fingerprint(Range.ALL));
        assertThat(now).as("which merge the fingerprint is behind").isGreaterThanOrEqualTo(moment);
        moment = now;
      }
      assertThat(moment).isEqualTo(batches.size());
    }
  }

  @Test
  final void rule15FingerprintedInPartsOfEqualSize() throws Exception {
    assertThat(summing().split(Range.ALL, 16)).isEmpty();
    Random random = new Random(15);
    List<Entry> crowd = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      double time = i < 150 ? Samples.TIME_MILLIS : Math.scalb(1.0, random.nextInt(45));
      crowd.add(Samples.at("d" + i % 3, "v" + i, time));
    }
    store.merge(Batch.of(crowd));
    store.merge(Batch.of(Samples.wandering(random, 300)));
    List<Entry> standing = inOrder();
    for (int parts : new int[] {1, 2, 3, 7, 16, 100, SummingStore.MAX_PARTS}) {
      checkParts(standing, Range.ALL, parts);
      for (int i = 0; i < 5; i++) {
        checkParts(standing, range(standing, random), parts);
      }
    }
  }

  private void checkParts(List<Entry> standing, Range range, int parts) throws StorageException {
    List<Entry> entries = standing.stream().filter(range::contains).toList();
    List<Bound> bounds = new ArrayList<>(summing().split(range, parts));
    long most = Math.min(parts, entries.size());
    assertThat(bounds).as("%s in %s", range, parts).hasSize((int) Math.max(0, most - 1));
    bounds.add(0, range.from());
    bounds.add(range.until());
    for (int i = 1; i < bounds.size() && most > 0; i++) {
      Range part = new Range(bounds.get(i - 1), bounds.get(i));
      assertThat(entries.stream().filter(part::contains).count())
          .as("%s of %s in %s", part, range, parts)
          .isBetween(1L, 2 * ((entries.size() + most - 1) / most));
    }
  }

  @Test
  final void rule15FingerprintedEntriesInOrder() throws Exception {
    Random random = new Random(15);
    store.merge(Batch.of(Samples.wandering(random, 300)));
    List<Entry> crowd = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      crowd.add(Samples.at("d" + i % 3, "v" + i, Samples.TIME_MILLIS));
    }
    store.merge(Batch.of(crowd));
    List<Entry> standing = inOrder();
    assertThat(Reads.all(summing().standing(Range.ALL))).containsExactlyElementsOf(standing);
    for (int i = 0; i < 20; i++) {
      Range range = range(standing, random);
      assertThat(Reads.all(summing().standing(range)))
          .as("%s", range)
          .containsExactlyElementsOf(standing.stream().filter(range::contains).toList());
    }
  }

  /** What the store does not sum up itself is summed up from what it feeds. */
  private SummingStore summing() {
    return Summing.of(store);
  }

  private List<Entry> inOrder() throws StorageException {
    List<Entry> entries = new ArrayList<>(Reads.standing(store).values());
    entries.sort(Comparator.comparing(Bound::of));
    return entries;
  }

  private static Fingerprint sum(Collection<Entry> entries) {
    Fingerprint sum = Fingerprint.EMPTY;
    for (Entry entry : entries) {
      sum = sum.plus(EntryDigest.of(entry));
    }
    return sum;
  }

  private static Range range(List<Entry> standing, Random random) {
    Bound one = bound(standing, random);
    Bound other = bound(standing, random);
    return one.compareTo(other) < 0 ? new Range(one, other) : new Range(other, one);
  }

  private static Bound bound(List<Entry> standing, Random random) {
    Entry entry = standing.get(random.nextInt(standing.size()));
    return switch (random.nextInt(8)) {
      case 0 -> Bound.START;
      case 1 -> Bound.END;
      case 2, 3 -> new Bound(entry.visitTimeMillis(), null);
      case 4 -> new Bound(entry.visitTimeMillis(), standing.get(0).id());
      default -> Bound.of(entry);
    };
  }

  // --- 16 contained -------------------------------------------------------------------------

  @Test
  final void rule16ContainedWhenTheCallerIsInterrupted() throws Exception {
    store.merge(Samples.batch(0, FILLING, "n"));
    interrupted(() -> store.merge(Samples.batch(1, FILLING, "n")));
    interrupted(() -> Reads.all(store.changes(0)));
    interrupted(() -> Reads.all(store.read(Window.all(Window.Order.NEWEST_FIRST))));
    interrupted(() -> store.search(new Search("mountain", 10)));
    interrupted(() -> store.state());
    interrupted(() -> store.devices());
    interrupted(() -> store.mark("n"));
    interrupted(() -> store.marks());
    interrupted(() -> summing().fingerprint(Range.ALL));
    interrupted(() -> summing().split(Range.ALL, 2));
    interrupted(() -> Reads.all(summing().standing(Range.ALL)));
    store.merge(Samples.batch(2, FILLING, "n"));
    assertThat(Reads.standing(store)).containsKey(Samples.realistic(2 * FILLING).id());
    assertThat(store.mark("n")).isEqualTo("3");
  }

  /** May fail, but as a store fails, and not for good. */
  private static void interrupted(Crew.Task call) throws Exception {
    Thread.currentThread().interrupt();
    try {
      call.run();
    } catch (StorageException e) {
      assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.FAILED);
    } finally {
      // Not for those who come after.
      Thread.interrupted();
    }
  }

  // --- helpers ------------------------------------------------------------------------------

  private interface Step {
    void take(int number) throws StorageException;
  }

  // --- 17 erased ----------------------------------------------------------------------------

  @Test
  final void rule17ErasedIsInNoFile() throws Exception {
    List<Entry> doomed = Erased.visits(ERASED);
    mergeInSteps(doomed);
    mergeInSteps(Samples.batch(0, ERASED, "n").entries());
    mergeInSteps(doomed.stream().map(one -> one.tombstone(one.lastModifiedMillis() + 1)).toList());
    eraseAll();
    assertThat(Erased.found(folder)).isEmpty();
    assertThat(Reads.standing(store)).hasSize(2 * ERASED);
    shut();
    assertThat(Erased.found(folder)).isEmpty();
  }

  @Test
  final void rule17ErasedOneOfManyVisits() throws Exception {
    List<Entry> doomed = Erased.visits(FEW_ERASED);
    for (int i = 0; i < FEW_ERASED; i++) {
      Entry each = doomed.get(i);
      store.merge(Batch.of(List.of(each)));
      mergeInSteps(Samples.batch(i, 40, "n").entries());
      store.merge(Batch.of(List.of(each.tombstone(each.lastModifiedMillis() + 1))));
    }
    eraseAll();
    assertThat(Erased.found(folder)).isEmpty();
  }

  @Test
  final void rule17ErasedWhileOthersMerge() throws Exception {
    List<Entry> doomed = Erased.visits(ERASED);
    mergeInSteps(doomed);
    try (Crew crew = new Crew(1)) {
      Future<?> merging = crew.start(() -> mergeInSteps(Samples.batch(1, ERASED, "n").entries()));
      for (int from = 0; from < ERASED; from += 100) {
        store.merge(
            Batch.of(
                doomed.subList(from, from + 100).stream()
                    .map(one -> one.tombstone(one.lastModifiedMillis() + 1))
                    .toList()));
        store.erase();
      }
      merging.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
    eraseAll();
    assertThat(Erased.found(folder)).isEmpty();
    assertThat(Reads.standing(store)).hasSize(2 * ERASED);
  }

  @Test
  final void rule17ErasedWhileOthersErase() throws Exception {
    List<Entry> doomed = Erased.visits(ERASED);
    mergeInSteps(doomed);
    try (Crew crew = new Crew(2)) {
      Future<?> some = crew.start(() -> deleteAndErase(doomed.subList(0, ERASED / 2)));
      Future<?> others = crew.start(() -> deleteAndErase(doomed.subList(ERASED / 2, ERASED)));
      some.get(6 * DEADLINE_SECONDS, TimeUnit.SECONDS);
      others.get(6 * DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
    // Each of them was told that nothing is left.
    assertThat(Erased.found(folder)).isEmpty();
  }

  private void deleteAndErase(List<Entry> doomed) throws Exception {
    for (int from = 0; from < doomed.size(); from += 100) {
      store.merge(
          Batch.of(
              doomed.subList(from, from + 100).stream()
                  .map(one -> one.tombstone(one.lastModifiedMillis() + 1))
                  .toList()));
      eraseAll();
    }
  }

  private void mergeInSteps(List<Entry> entries) throws Exception {
    for (int from = 0; from < entries.size(); from += 500) {
      store.merge(Batch.of(entries.subList(from, Math.min(entries.size(), from + 500))));
    }
  }

  private void eraseAll() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(6 * DEADLINE_SECONDS);
    while (store.erase()) {
      assertThat(System.nanoTime()).as("erase comes to an end").isLessThan(deadline);
    }
  }
}
