// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.chroniclesync.core.TestStores.entries;
import static org.chroniclesync.testkits.history.NumberedVisits.visits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.Deletion.State;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.core.TestStores;
import org.chroniclesync.testkits.network.MemoryNetwork;
import org.chroniclesync.testkits.storage.FaultyStore;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nodes in one process, one of which deletes: it is gone everywhere, and nothing comes back. */
@Timeout(600)
class DeletionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "https://secret.example/diary";

  private final MemoryNetwork network = new MemoryNetwork();
  private final List<Fixture> nodes = new ArrayList<>();
  private final FaultyStore storeA = TestStores.inMemory();
  private final FaultyStore storeB = TestStores.inMemory();
  private final FaultyStore storeC = TestStores.inMemory();

  private final Path folder;

  DeletionTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void stop() throws Exception {
    for (Fixture node : nodes) {
      node.close();
    }
    network.close();
  }

  @Test
  void aPageGoesEverywhereAndTheRestStays() throws Exception {
    storeA.merge(Batch.of(visits("a", 50)));
    storeB.merge(Batch.of(List.of(page("b", "1", SECRET), page("b", "2", SECRET + "#2"))));
    Fixture a = node("a", storeA, Clock.systemUTC());
    Fixture b = node("b", storeB, Clock.systemUTC());
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));

    Deletion done = delete(a, Selection.ALL.ofPage(SECRET), true);

    assertThat(done.visits()).isEqualTo(1);
    assertThat(done.state()).isEqualTo(State.UNDOABLE);
    until(() -> storeB.state().tombstones() == 1);
    assertThat(entries(storeB)).isEqualTo(entries(storeA)).hasSize(52);
    assertThat(entries(storeB).stream().filter(Entry::deleted))
        .containsExactly(
            page("b", "1", SECRET).tombstone(onlyTombstone(storeA).lastModifiedMillis()));
    until(() -> a.node.deletions().all().get(0).lacking().isEmpty());
    assertThat(a.node.deletions().all().get(0).holding())
        .extracting(KnownDevice::peer)
        .containsExactly(b.id);
  }

  @Test
  void aPreviewCountsByDevicePageAndHost() throws Exception {
    storeA.merge(
        Batch.of(
            List.of(
                page("a", "1", "https://example.org/"),
                page("a", "2", "https://www.example.org/x"),
                page("b", "1", "https://example.org/"),
                page("b", "2", "https://other.example/"))));
    Fixture a = node("a", storeA, Clock.systemUTC());

    Preview below = a.node.deletions().preview(Selection.ALL.ofHost("Example.org", true));
    Preview exactly = a.node.deletions().preview(Selection.ALL.ofHost("example.org", false));

    assertThat(below.visits()).isEqualTo(3);
    assertThat(below.pages()).isEqualTo(2);
    assertThat(below.hosts()).isEqualTo(2);
    assertThat(below.devices()).extracting("entries").containsExactly(2L, 1L);
    assertThat(exactly.visits()).isEqualTo(2);
    assertThat(exactly.hosts()).isEqualTo(1);
    assertThat(storeA.state().tombstones()).isZero();
  }

  @Test
  void whatASearchShowsIsWhatIsDeleted() throws Exception {
    storeA.merge(
        Batch.of(
            List.of(
                titled("a", "1", "https://example.org/walrus", "The walrus"),
                titled("a", "2", "https://example.org/walrus", "Loading"),
                titled("a", "3", "https://example.org/otter", "The otter"))));
    Fixture a = node("a", storeA, Clock.systemUTC());

    Deletion done = delete(a, Selection.ALL.found(new Search("title:walrus", 1)), false);

    assertThat(done.visits()).isEqualTo(2);
    assertThat(done.state()).isEqualTo(State.FINAL);
    assertThat(storeA.search(new Search("walrus", 9)).hits()).isEmpty();
    assertThat(storeA.state().entries()).isEqualTo(1);
  }

  @Test
  void whatNoSelectionCanTellIsToldByWhoeverAsks() throws Exception {
    storeA.merge(Batch.of(visits("a", 1_500)));
    Fixture a = node("a", storeA, Clock.systemUTC());
    Predicate<Entry> sevens = entry -> entry.visitId().endsWith("7");

    assertThat(a.node.deletions().preview(Selection.ALL, sevens).visits()).isEqualTo(150);
    DeletionWork work = a.node.deletions().delete(Selection.ALL, sevens, true);

    assertThat(work.await(PATIENCE)).isTrue();
    assertThat(work.now().visits()).isEqualTo(150);
    assertThat(entries(storeA)).filteredOn(Entry::deleted).hasSize(150).allMatch(sevens);
    DeletionWork undone = a.node.deletions().undo(work.now().number());
    assertThat(undone.await(PATIENCE)).isTrue();
    assertThat(storeA.state().tombstones()).isZero();
  }

  @Test
  void whoeverTellsAndThrowsEndsThatDeletionAlone() throws Exception {
    storeA.merge(Batch.of(visits("a", 10)));
    Fixture a = node("a", storeA, Clock.systemUTC());
    DeletionWork work =
        a.node
            .deletions()
            .delete(
                Selection.ALL,
                entry -> {
                  throw new IllegalStateException("no idea");
                },
                true);

    assertThat(work.await(PATIENCE)).isTrue();
    assertThat(work.now().state()).isEqualTo(State.FAILED);
    assertThat(work.now().problem()).contains("no idea");
    assertThat(delete(a, Selection.ALL, false).visits()).isEqualTo(10);
  }

  @Test
  void marksOfDeletionsAreUsedAgainAndNumbersAreNot() throws Exception {
    int many = 140;
    storeA.merge(Batch.of(visits("a", many + 2)));
    Fixture a = node("a", storeA, Clock.systemUTC());
    List<Entry> all = urls(storeA);
    long last = 0;
    for (int i = 0; i < many; i++) {
      long number = delete(a, Selection.ALL.ofVisit(all.get(i).id()), i % 2 == 0).number();
      assertThat(number).isGreaterThan(last);
      last = number;
    }
    assertThat(a.node.deletions().undo(1).await(PATIENCE)).isTrue();
    assertThat(storeA.state().tombstones())
        .as("the first could still be undone")
        .isEqualTo(many - 1);
    assertThat(storeA.marks().keySet())
        .filteredOn(name -> name.startsWith("deletion/"))
        .hasSize(128);
    a.close();
    nodes.remove(a);
    Fixture again = node("a", storeA, Clock.systemUTC());
    assertThat(delete(again, Selection.ALL.ofVisit(all.get(many).id()), true).number())
        .isGreaterThan(last);
    assertThat(again.node.deletions().all()).hasSize(50);
  }

  @Test
  void aDeletionIsUndoneAndNothingIsLost() throws Exception {
    storeA.merge(Batch.of(visits("a", 2_500)));
    List<Entry> before = urls(storeA);
    Fixture a = node("a", storeA, Clock.systemUTC());
    Fixture b = node("b", storeB, Clock.systemUTC());
    until(() -> a.isInSyncWith(b) && b.isInSyncWith(a));
    long number = delete(a, Selection.ALL.between(0, Double.MAX_VALUE), true).number();
    until(() -> storeB.state().tombstones() == 2_500);
    Path kept = folder.resolve("a").resolve("undo-1");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
        .isEqualTo("rw-------");

    DeletionWork undoing = a.node.deletions().undo(number);
    assertThat(undoing.await(PATIENCE)).isTrue();

    assertThat(undoing.now().state()).isEqualTo(State.UNDONE);
    assertThat(undoing.now().visits()).isEqualTo(2_500);
    DeletionWork again = a.node.deletions().undo(number);
    assertThat(again.await(PATIENCE)).isTrue();
    assertThat(again.now().problem()).isEqualTo("Deletion " + number + " was undone already.");
    until(() -> storeB.state().tombstones() == 0);
    assertThat(urls(storeB)).isEqualTo(before);
    assertThat(kept).doesNotExist();
  }

  @Test
  void whenTimeIsOverItIsFinalAlsoOverARestart() throws Exception {
    storeA.merge(Batch.of(List.of(page("a", "1", SECRET))));
    Fixture a = node("a", storeA, Clock.systemUTC());
    delete(a, Selection.ALL.ofPage(SECRET), true);
    a.close();
    nodes.remove(a);
    assertThat(folder.resolve("a").resolve("undo-1")).exists();

    Fixture later = node("a", storeA, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(11)));

    until(() -> later.node.deletions().all().get(0).state() == State.FINAL);
    assertThat(files(folder)).isEmpty();
    DeletionWork undoing = later.node.deletions().undo(1);
    assertThat(undoing.await(PATIENCE)).isTrue();
    assertThat(undoing.now().problem()).contains("can not be undone any more");
  }

  @Test
  void aDeviceThatSleptBringsNothingBack() throws Exception {
    storeA.merge(Batch.of(visits("a", 100)));
    Fixture a = node("a", storeA, Clock.systemUTC());
    Fixture b = node("b", storeB, Clock.systemUTC());
    Fixture c = node("c", storeC, Clock.systemUTC());
    until(() -> storeB.state().entries() == 100 && storeC.state().entries() == 100);
    until(() -> a.node.devices().size() == 2);
    c.close();
    nodes.remove(c);

    delete(a, Selection.ALL.ofPage(visits("a", 1).get(0).url()), false);
    until(() -> a.node.deletions().all().get(0).holding().size() == 1);
    assertThat(a.node.deletions().all().get(0).lacking())
        .extracting(KnownDevice::peer)
        .containsExactly(c.id);
    // It corrects a title that it does not know to be deleted.
    Entry stale = visits("a", 1).get(0);
    storeC.merge(Batch.of(List.of(stale.withLastModified(stale.lastModifiedMillis() + 1))));
    Fixture again = node("c", storeC, Clock.systemUTC());

    until(() -> a.isInSyncWith(again) && b.isInSyncWith(again));
    until(() -> a.node.deletions().all().get(0).lacking().isEmpty());
    for (FaultyStore store : List.of(storeA, storeB, storeC)) {
      until(() -> store.state().tombstones() == 1 && store.state().entries() == 99);
    }
  }

  /** By how many days the clocks are off, of who deletes and of who slept. */
  @ParameterizedTest
  @CsvSource({"-400, 0", "-400, 200", "0, 200", "0, -200", "200, 0"})
  void aDeviceThatSleptBringsNothingBackWhateverItsClockSays(int deleters, int sleepers)
      throws Exception {
    SteppingClock clockA = new SteppingClock();
    clockA.set(Duration.ofDays(deleters));
    SteppingClock clockC = new SteppingClock();
    List<Entry> gone = visits("a", 50);
    storeA.merge(Batch.of(gone));
    Fixture a = node("a", storeA, clockA);
    Fixture c = node("c", storeC, clockC);
    until(() -> storeC.state().entries() == 50);
    until(() -> a.node.devices().size() == 1);
    c.close();
    nodes.remove(c);
    delete(a, Selection.ALL.ofDevice(gone.get(0).device().id()), false);
    // Each title was corrected a few times meanwhile, by the rule of protocol.md.
    for (int i = 1; i <= 5; i++) {
      int later = i;
      storeC.merge(
          Batch.of(
              gone.stream()
                  .map(one -> one.withLastModified(one.lastModifiedMillis() + later))
                  .toList()));
    }
    clockC.set(Duration.ofDays(sleepers));
    node("c", storeC, clockC);

    until(() -> storeC.state().tombstones() == 50 && storeC.state().entries() == 0);
    assertThat(storeA.state().tombstones()).isEqualTo(50);
    assertThat(storeA.state().entries()).isZero();
  }

  @Test
  void aDeletionWinsAgainstAVersionOfAClockThatIsAhead() throws Exception {
    Entry ahead =
        page("a", "1", SECRET)
            .withLastModified(System.currentTimeMillis() + Duration.ofHours(1).toMillis());
    storeA.merge(Batch.of(List.of(ahead)));
    Fixture a = node("a", storeA, Clock.systemUTC());

    delete(a, Selection.ALL.ofVisit(ahead.id()), false);
    a.node.merge(Batch.of(List.of(ahead.withLastModified(ahead.lastModifiedMillis() + 3))));

    assertThat(storeA.state().tombstones()).isEqualTo(1);
  }

  @Test
  void aCancelledDeletionCanBeUndone() throws Exception {
    for (int i = 0; i < 5; i++) {
      storeA.merge(Batch.of(visits("a" + i, 5_000)));
    }
    Fixture a = node("a", storeA, Clock.systemUTC());

    DeletionWork work = a.node.deletions().delete(Selection.ALL, true);
    until(() -> work.now().visits() > 0);
    work.cancel();
    assertThat(work.await(PATIENCE)).isTrue();
    long deleted = work.now().visits();
    assertThat(storeA.state().tombstones()).isEqualTo(deleted);

    assertThat(a.node.deletions().undo(1).await(PATIENCE)).isTrue();
    assertThat(storeA.state().tombstones()).isZero();
    assertThat(storeA.state().entries()).isEqualTo(25_000);
  }

  @Test
  void whatFailsIsSaidAndNothingIsLeft() throws Exception {
    storeA.merge(Batch.of(visits("a", 2_500)));
    Fixture a = node("a", storeA, Clock.systemUTC());
    storeA.dials().merge().does(TestStores.full(Integer.MAX_VALUE));

    DeletionWork work = a.node.deletions().delete(Selection.ALL, true);

    assertThat(work.await(PATIENCE)).isTrue();
    assertThat(work.now().state()).isEqualTo(State.FAILED);
    assertThat(work.now().problem()).contains("ended before it was through");
    storeA.dials().work();
    assertThat(files(folder)).isEmpty();
    assertThat(storeA.state().tombstones()).isZero();
    assertThat(delete(a, Selection.ALL, false).visits()).isEqualTo(2_500);
  }

  private static Entry onlyTombstone(FaultyStore store) throws Exception {
    return entries(store).stream().filter(Entry::deleted).findFirst().orElseThrow();
  }

  /** The visits whatever version stands. */
  private static List<Entry> urls(FaultyStore store) throws Exception {
    return entries(store).stream()
        .filter(entry -> !entry.deleted())
        .map(entry -> entry.withLastModified(0))
        .sorted((one, other) -> one.id().compareTo(other.id()))
        .toList();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static Entry page(String device, String visit, String url) {
    return titled(device, visit, url, "Dear diary");
  }

  private static Entry titled(String device, String visit, String url, String title) {
    Entry e = Samples.entry(device, visit, title);
    return new Entry(
        e.device(),
        visit,
        url,
        title,
        e.visitTimeMillis(),
        "0",
        "link",
        e.lastModifiedMillis(),
        false,
        null,
        e.unknown());
  }

  private Deletion delete(Fixture node, Selection selection, boolean undoable) throws Exception {
    DeletionWork work = node.node.deletions().delete(selection, undoable);
    assertThat(work.await(PATIENCE)).isTrue();
    return work.now();
  }

  private Fixture node(String name, FaultyStore store, Clock clock) throws IOException {
    Path own = folder.resolve(name);
    Files.createDirectories(own);
    Fixture node = new Fixture(network, name, store, clock, own.toFile()).start();
    nodes.add(node);
    return node;
  }

  private void until(Callable<Boolean> condition) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(condition);
  }
}
