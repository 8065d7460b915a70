// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the dials of a faulty store do. */
class FaultyStoreTest {
  private static final Entry ENTRY = Samples.entry("a", "1", "one");
  private static final Batch BATCH = new Batch(List.of(ENTRY), null, Map.of("read", "1"));

  private final FlawedStore right;
  private final FaultyStore store;
  private final SummingStore summing;

  FaultyStoreTest(@TempDir Path folder) throws Exception {
    right = new FlawedStore(folder, Flaw.NONE, Long.MAX_VALUE);
    store = FaultyStore.around(right);
    summing = (SummingStore) store;
  }

  @BeforeEach
  void merge() throws Exception {
    store.merge(BATCH);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
    right.tidyUp();
  }

  @Test
  void everyMethodThrowsWhatItsDialSays() {
    List<Supplier<Throwable>> problems =
        List.of(
            () -> new StorageException(Kind.CORRUPT, "It cannot be read.", null),
            () -> new IllegalStateException("out of order"),
            () -> new NoClassDefFoundError("gone"));
    for (Supplier<Throwable> problem : problems) {
      store.dials().all().forEach(dial -> dial.fails(problem));
      for (Crew.Task call : calls()) {
        assertThatThrownBy(() -> call.run()).isInstanceOf(problem.get().getClass());
      }
    }
    assertThat(store.dials().all()).allMatch(dial -> dial.calls() >= problems.size());
  }

  private List<Crew.Task> calls() {
    return List.of(
        () -> store.merge(BATCH),
        () -> store.changes(0),
        () -> store.changes(0, 1, null),
        () -> store.read(Window.all(Window.Order.NEWEST_FIRST)),
        () -> store.search(new Search("one", 1)),
        () -> store.state(),
        () -> store.devices(),
        () -> store.mark("read"),
        () -> store.marks(),
        () -> store.checkWritable(),
        () -> store.erase(),
        () -> summing.fingerprint(Range.ALL),
        () -> summing.split(Range.ALL, 2),
        () -> summing.standing(Range.ALL),
        () -> new FaultyCursor<>(right.changes(0), store.dials().next()).next());
  }

  @Test
  void workingDialIsRightAgain() throws Exception {
    store.dials().all().forEach(dial -> dial.fails(() -> new IllegalStateException("broken")));
    store.dials().work();
    for (Crew.Task call : calls()) {
      call.run();
    }
    assertThat(store.mark("read")).isEqualTo("1");
  }

  @Test
  void onceIsOneCall() throws Exception {
    store.dials().mark().doesOnce(Fault.throwing(() -> new IllegalStateException("once")));
    assertThatThrownBy(() -> store.mark("read")).hasMessage("once");
    assertThat(store.mark("read")).isEqualTo("1");
    assertThat(store.dials().mark().calls()).isEqualTo(2);
  }

  @Test
  void mergeThatThrowsAfterwardsHasMerged() throws Exception {
    Entry other = Samples.entry("a", "2", "two");
    store
        .dials()
        .merge()
        .does(Fault.throwingAfterwards(() -> new StorageException(Kind.FAILED, "It broke.", null)));
    StorageException e =
        catchThrowableOfType(
            StorageException.class, () -> store.merge(Batch.of(List.of(ENTRY, other))));
    assertThat(e.kind()).isEqualTo(Kind.FAILED);
    assertThat(Reads.standing(right).values()).containsExactlyInAnyOrder(ENTRY, other);
  }

  @Test
  void mergeThatPretendsHasNotMerged() throws Exception {
    MergeResult lie = new MergeResult(7, List.of(ENTRY.id()));
    store.dials().merge().does(Fault.pretending(() -> lie));
    assertThat(store.merge(Batch.of(List.of(Samples.entry("a", "2", "two"))))).isEqualTo(lie);
    assertThat(Reads.standing(right).values()).containsExactly(ENTRY);
  }

  @Test
  void liarSaysSomethingElse() throws Exception {
    FeedId other = new FeedId("other");
    store.dials().state().lies(s -> new StoreState(other, s.head() - 1, s.entries() + 5, 0));
    store.dials().marks().lies(marks -> Map.of());
    store.dials().mark().lies(mark -> Optional.empty());
    assertThat(store.state()).isEqualTo(new StoreState(other, 0, 6, 0));
    assertThat(store.marks()).isEmpty();
    assertThat(store.mark("read")).isNull();
  }

  @Test
  void cursorCanEndEarlyOrBreakInTheMiddle() throws Exception {
    store.merge(Samples.batch(0, 3, "n"));
    try (Cursor<Change> changes = store.changes(0)) {
      assertThat(changes.next()).isNotNull();
      store.dials().next().fails(() -> new IllegalStateException("in the middle"));
      assertThatThrownBy(changes::next).hasMessage("in the middle");
    }
    store.dials().next().lies(more -> false);
    assertThat(Reads.all(store.changes(0))).isEmpty();
  }

  @RepeatedTest(50)
  void hangingCallGoesOnWhenItIsReleased() throws Exception {
    Hang merges = store.dials().merge().hangs();
    List<Thread> hanging = new ArrayList<>();
    try (Crew crew = new Crew(1)) {
      Future<?> merging =
          crew.start(
              () -> {
                hanging.add(Thread.currentThread());
                store.merge(Samples.batch(1, 2, "read"));
                assertThat(Thread.interrupted()).isTrue();
              });
      merges.awaitCall();
      hanging.get(0).interrupt();
      assertThat(store.mark("read")).isEqualTo("1");
      assertThat(merging.isDone()).isFalse();
      merges.release();
      merging.get();
    }
    assertThat(store.mark("read")).isEqualTo("2");
  }

  @Test
  void callThatHangsAfterItsWorkHasDoneIt() throws Exception {
    Hang hang = new Hang();
    store.dials().merge().doesOnce(hang.last());
    try (Crew crew = new Crew(1)) {
      crew.start(() -> store.merge(Samples.batch(1, 2, "read")));
      hang.awaitCall();
      assertThat(store.mark("read")).isEqualTo("2");
      hang.release();
    }
  }
}
