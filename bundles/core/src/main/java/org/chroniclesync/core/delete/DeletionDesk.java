// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.delete;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.message.FeedPosition;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.Deletion;
import org.chroniclesync.api.sync.Deletion.State;
import org.chroniclesync.api.sync.DeletionWork;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.KnownDevice;
import org.chroniclesync.api.sync.Preview;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.store.Stores;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;

/**
 * The deletions of this device. One thread deletes, undoes and makes final, in the order in which
 * it was asked; all else for any thread.
 */
public final class DeletionDesk implements Deletions {
  /**
   * By how much a tombstone is later than the version it replaces, at least. Another device may
   * correct the title of the visit before it hears of the deletion, a millisecond each time; its
   * clock, by which the visit is dated, may be ahead of ours.
   */
  private static final long MARGIN_MILLIS = 60_000;

  /** Further ahead a version would not be taken at its word. */
  private static final long MOST_AHEAD_MILLIS = Duration.ofHours(23).toMillis();

  /** What a search leaves out of very many pages it finds when the others are gone. */
  private static final int MOST_ROUNDS = 100;

  private static final Duration AGAIN = Duration.ofSeconds(30);
  private static final Duration GATHER = Duration.ofMillis(500);

  private final Stores stores;
  private final Supplier<List<KnownDevice>> devices;
  private final Clock clock;
  private final FailureLog failures;
  private final Duration undoFor;
  private final @Nullable Path folder;
  private final Eraser eraser;
  private final EventLoop loop;
  private final NavigableMap<Long, Noted> noted = new ConcurrentSkipListMap<>();

  /** For each device the greatest number such that it holds this deletion and all before it. */
  private final Map<String, Long> holds = new ConcurrentHashMap<>();

  private final AtomicBoolean reachDue = new AtomicBoolean();

  /** For the loop only. */
  private boolean read;

  /**
   * Makes a desk.
   *
   * @param devices the devices that are known
   * @param undoFor how long a deletion can be undone; zero for not at all
   * @param folder where what can be undone is kept, or null if there is no place
   */
  public DeletionDesk(
      Stores stores,
      Supplier<List<KnownDevice>> devices,
      Clock clock,
      FailureLog failures,
      Duration undoFor,
      @Nullable Path folder) {
    this.stores = stores;
    this.devices = devices;
    this.clock = clock;
    this.failures = failures;
    this.undoFor = undoFor;
    this.folder = folder;
    this.eraser = new Eraser(stores, failures);
    this.loop = new EventLoop("chroniclesync-deletions", failures);
  }

  /** Reads what was noted, and makes final what is due. */
  public void start() {
    stores.reach().follow(this::reachChanged);
    eraser.start();
    loop.post(this::readIfDue);
  }

  /** Ends what is under way after its step. */
  public void close(Duration patience) throws InterruptedException {
    loop.close(patience);
    eraser.close(patience);
  }

  // --- What can be asked ------------------------------------------------------------------------

  @Override
  public Preview preview(Selection selection, Predicate<? super Entry> which)
      throws StorageException, InterruptedException {
    return Previewing.of(new Chosen.Order(selection, which), stores);
  }

  @Override
  public DeletionWork delete(
      Selection selection, Predicate<? super Entry> which, boolean undoable) {
    Chosen.Order chosen = new Chosen.Order(selection, which);
    Instant asked = clock.instant();
    Deletion waiting = new Deletion(0, asked, 0, State.UNDER_WAY, null, null, List.of(), List.of());
    Work work = new Work(() -> waiting);
    loop.post(new Order(work, () -> deleteNow(chosen, undoable, work)));
    return work;
  }

  @Override
  public DeletionWork undo(long number) {
    Deletion waiting =
        new Deletion(number, clock.instant(), 0, State.UNDOING, null, null, List.of(), List.of());
    Work work = new Work(() -> waiting);
    loop.post(new Order(work, () -> undoNow(number, work)));
    return work;
  }

  @Override
  public List<Deletion> all() {
    return noted.descendingMap().values().stream().limit(MAX_NOTED).map(this::shown).toList();
  }

  private Deletion shown(Noted one) {
    List<KnownDevice> holding = new ArrayList<>();
    List<KnownDevice> lacking = new ArrayList<>();
    for (KnownDevice device : devices.get()) {
      boolean has = holds.getOrDefault(device.peer().value(), 0L) >= one.number();
      (has ? holding : lacking).add(device);
    }
    return new Deletion(
        one.number(),
        one.at(),
        one.visits(),
        one.state(),
        one.undoUntil(),
        one.problem(),
        holding,
        lacking);
  }

  /** Something to do that somebody waits for. */
  private record Order(Work work, Runnable what) implements EventLoop.Event {
    @Override
    public void run() {
      try {
        what.run();
      } finally {
        work.end();
      }
    }

    @Override
    public void dropped() {
      work.end();
    }
  }

  // --- Deleting ---------------------------------------------------------------------------------

  private void deleteNow(Chosen.Order chosen, boolean undoable, Work work) {
    boolean kept = undoable && !undoFor.isZero() && folder != null;
    Noted begun = null;
    try {
      readNow();
      Instant at = clock.instant();
      long number = nextNumber();
      begun = new Noted(number, at, 0, State.UNDER_WAY, kept ? at.plus(undoFor) : null, null, null);
      note(begun);
      work.is(() -> shown(current(number)));
      if (kept) {
        try (Undo.Writing undo = file(number).write()) {
          delete(chosen, number, work, undo);
        }
      } else {
        delete(chosen, number, work, null);
      }
      ended(number, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException | IOException e) {
      failed(begun, work, "The deletion ended before it was through: " + e.getMessage());
    } catch (RuntimeException | Error e) {
      failed(begun, work, "The deletion ended before it was through: " + e);
      throw e;
    }
  }

  /**
   * Returns a number whose mark is free. Where each mark is of a deletion that can still be undone,
   * the oldest becomes final: marks cannot be removed, and are few.
   */
  private long nextNumber() throws StorageException, InterruptedException, IOException {
    long first = noted.isEmpty() ? 1 : noted.lastKey() + 1;
    for (long number = first; number < first + Noted.MARKS; number++) {
      Noted before = noted.get(number - Noted.MARKS);
      if (before == null || !before.isUndoable(clock.instant())) {
        noted.remove(number - Noted.MARKS);
        return number;
      }
    }
    makeFinal(first - Noted.MARKS, null);
    noted.remove(first - Noted.MARKS);
    return first;
  }

  private void failed(@Nullable Noted begun, Work work, String why) {
    failures.add(why);
    if (begun == null || !noted.containsKey(begun.number())) {
      Deletion none =
          new Deletion(0, clock.instant(), 0, State.FAILED, null, why, List.of(), List.of());
      work.is(() -> none);
      return;
    }
    try {
      ended(begun.number(), why);
    } catch (StorageException | IOException e) {
      noted.put(begun.number(), current(begun.number()).with(State.FAILED, why));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Noted current(long number) {
    Noted now = noted.get(number);
    if (now == null) {
      throw new IllegalStateException("deletion " + number + " is not noted");
    }
    return now;
  }

  private void delete(Chosen.Order order, long number, Work work, Undo.@Nullable Writing undo)
      throws StorageException, InterruptedException, IOException {
    boolean again = true;
    for (int round = 0; again && round < MOST_ROUNDS; round++) {
      long before = current(number).visits();
      sweep(stores.borrow(order::in), number, work, undo);
      again = order.mayGrow() && current(number).visits() > before && !work.isCancelled();
    }
  }

  private void sweep(Chosen chosen, long number, Work work, Undo.@Nullable Writing undo)
      throws StorageException, InterruptedException, IOException {
    double from = chosen.window().fromMillis();
    boolean done = false;
    while (!done && !work.isCancelled()) {
      double at = from;
      Sweep step = stores.borrow(store -> Sweep.deleting(store, chosen, at, STEP));
      if (!step.found().isEmpty()) {
        deleteStep(step.found(), number, undo);
      }
      from = step.next();
      done = step.done();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private void deleteStep(List<Entry> found, long number, Undo.@Nullable Writing undo)
      throws StorageException, InterruptedException, IOException {
    long now = clock.millis();
    List<Undo.Replaced> replaced =
        found.stream().map(entry -> new Undo.Replaced(entry, deleted(entry, now))).toList();
    if (undo != null) {
      undo.add(replaced);
    }
    List<Entry> tombstones =
        replaced.stream().map(one -> one.entry().tombstone(one.deletedMillis())).toList();
    Noted next =
        stores.mergeWith(
            (store, epoch) -> {
              Noted before = current(number);
              Noted most = before.with(before.visits() + tombstones.size(), before.last());
              Map<String, String> marks = Map.of(most.mark(), most.value());
              MergeResult result = store.merge(new Batch(tombstones, null, marks));
              return before.with(
                  before.visits() + result.changed().size(),
                  new FeedPosition(store.state().feed(), result.head()));
            });
    noted.put(number, next);
  }

  /** Returns when a visit counts as deleted, so that the deletion wins. */
  private static long deleted(Entry entry, long nowMillis) {
    long held = entry.lastModifiedMillis();
    long later = Math.min(held + MARGIN_MILLIS, nowMillis + MOST_AHEAD_MILLIS);
    return Math.max(held, Math.max(nowMillis, later));
  }

  /** Notes that a deletion has ended, and when it becomes final. */
  private void ended(long number, @Nullable String problem)
      throws StorageException, InterruptedException, IOException {
    Noted now = current(number);
    boolean keeps = now.undoUntil() != null && now.visits() > 0;
    if (keeps) {
      note(now.with(problem == null ? State.UNDOABLE : State.FAILED, problem));
      makeFinalWhenDue(current(number));
    } else {
      makeFinal(number, problem);
    }
    lookAtReach();
  }

  // --- Final ------------------------------------------------------------------------------------

  private void makeFinalWhenDue(Noted one) {
    Instant until = one.undoUntil();
    Duration left = until == null ? Duration.ZERO : Duration.between(clock.instant(), until);
    loop.after(
        left.isNegative() ? Duration.ZERO : left.plusMillis(1), () -> finalIfDue(one.number()));
  }

  private void finalIfDue(long number) {
    Noted now = noted.get(number);
    if (now == null || now.state() == State.FINAL || now.state() == State.UNDONE) {
      return;
    }
    if (now.isUndoable(clock.instant())) {
      // The clock was put back.
      makeFinalWhenDue(now);
      return;
    }
    try {
      makeFinal(number, null);
    } catch (StorageException | IOException e) {
      failures.add(
          "A deletion could not be made final yet: " + e.getMessage() + " It is tried again.");
      loop.after(AGAIN, () -> finalIfDue(number));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** First what it could be undone from, then what the store's files still hold. */
  private void makeFinal(long number, @Nullable String problem)
      throws StorageException, InterruptedException, IOException {
    if (folder != null) {
      file(number).destroy();
    }
    eraser.eraseAll();
    note(current(number).with(problem == null ? State.FINAL : State.FAILED, problem));
  }

  // --- Undoing ----------------------------------------------------------------------------------

  private void undoNow(long number, Work work) {
    try {
      readNow();
      Noted now = noted.get(number);
      if (now == null || !now.isUndoable(clock.instant()) || !file(number).exists()) {
        refuse(
            number,
            work,
            now == null
                ? "There is no deletion " + number + " on this device; see deletions."
                : "Deletion " + number + " can not be undone any more.");
        return;
      }
      note(now.with(State.UNDOING, null));
      long back = bringBack(number, work);
      Noted undone = current(number).with(back, null);
      if (work.isCancelled()) {
        note(now);
        return;
      }
      note(undone.with(State.UNDONE, null));
      work.is(() -> shown(current(number)));
      file(number).destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StorageException | IOException e) {
      String why = "Deletion " + number + " could not be undone: " + e.getMessage();
      failures.add(why);
      refuse(number, work, why);
      Noted now = noted.get(number);
      if (now != null && now.state() == State.UNDOING) {
        noted.put(number, now.with(State.UNDOABLE, why));
      }
    }
  }

  private void refuse(long number, Work work, String why) {
    Deletion refused =
        new Deletion(number, clock.instant(), 0, State.FAILED, null, why, List.of(), List.of());
    work.is(() -> refused);
  }

  private long bringBack(long number, Work work)
      throws StorageException, InterruptedException, IOException {
    long back = 0;
    try (Undo.Reading reading = file(number).read()) {
      List<Undo.Replaced> some = reading.next(STEP);
      while (!some.isEmpty() && !work.isCancelled()) {
        List<Entry> entries =
            some.stream()
                .map(one -> one.entry().withLastModified(one.deletedMillis() + 1))
                .toList();
        back += stores.mergeWith((store, epoch) -> store.merge(Batch.of(entries))).changed().size();
        long sofar = back;
        Noted under = current(number);
        work.is(() -> shown(under.with(sofar, under.last())));
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        some = reading.next(STEP);
      }
    }
    return back;
  }

  private Undo file(long number) throws IOException {
    if (folder == null) {
      throw new IOException("There is no folder for what can be undone.");
    }
    PrivateFiles.createDirectories(folder);
    return new Undo(folder.resolve("undo-" + number));
  }

  // --- What is noted ----------------------------------------------------------------------------

  private void note(Noted one) throws StorageException, InterruptedException {
    Map<String, String> marks = new HashMap<>();
    marks.put(one.mark(), one.value());
    stores.borrow(store -> store.merge(new Batch(List.of(), null, marks)));
    noted.put(one.number(), one);
  }

  private void readIfDue() {
    try {
      readNow();
    } catch (StorageException e) {
      loop.after(AGAIN, this::readIfDue);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads the marks, once; waits while there is no storage. */
  private void readNow() throws StorageException, InterruptedException {
    if (read) {
      return;
    }
    Map<String, String> marks = stores.borrow(HistoryStore::marks);
    marks.forEach(this::read);
    read = true;
    StoreState state = stores.borrow(HistoryStore::state);
    for (Noted one : List.copyOf(noted.values())) {
      settle(one, state);
    }
    lookAtReach();
  }

  private void read(String name, String value) {
    String peer = Noted.peer(name);
    if (peer != null && value.matches("\\d{1,18}")) {
      holds.put(peer, Long.parseLong(value));
    } else if (Noted.isMark(name)) {
      Noted one = Noted.read(value);
      if (one != null) {
        noted.put(one.number(), one);
      }
    }
  }

  /** What was under way when the node ended, has ended; its last tombstone is somewhere. */
  private void settle(Noted one, StoreState now) {
    if (one.state() == State.UNDER_WAY || one.state() == State.UNDOING) {
      noted.put(
          one.number(),
          one.with(one.visits(), new FeedPosition(now.feed(), now.head()))
              .with(State.FAILED, "The node ended before it was through."));
    }
    if (one.state() != State.FINAL && one.state() != State.UNDONE) {
      makeFinalWhenDue(one);
    } else if (folder != null) {
      try {
        file(one.number()).destroy();
      } catch (IOException e) {
        failures.add("What a deletion could be undone from is still there: " + e.getMessage());
      }
    }
  }

  // --- How far it has got -----------------------------------------------------------------------

  private void reachChanged() {
    if (!noted.isEmpty() && !reachDue.getAndSet(true)) {
      loop.after(GATHER, this::lookAtReach);
    }
  }

  private void lookAtReach() {
    reachDue.set(false);
    StoreState state = stores.stateNow();
    if (state == null || noted.isEmpty()) {
      return;
    }
    noted.replaceAll((number, one) -> inFeed(one, state));
    Map<String, String> marks = new HashMap<>();
    stores
        .reach()
        .held()
        .forEach(
            (peer, position) -> {
              long number = reached(position);
              if (number > holds.getOrDefault(peer.value(), 0L)) {
                holds.put(peer.value(), number);
                marks.put(Noted.holds(peer.value()), Long.toString(number));
              }
            });
    if (marks.isEmpty()) {
      return;
    }
    try {
      for (Map.Entry<String, String> mark : marks.entrySet()) {
        stores.borrow(
            store ->
                store.merge(new Batch(List.of(), null, Map.of(mark.getKey(), mark.getValue()))));
      }
    } catch (StorageException e) {
      failures.add("How far deletions have got could not be noted: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** In another store's feed a tombstone is somewhere before its present head. */
  private static Noted inFeed(Noted one, StoreState state) {
    FeedPosition last = one.last();
    return last == null || last.feed().equals(state.feed())
        ? one
        : one.with(one.visits(), new FeedPosition(state.feed(), state.head()));
  }

  /** Returns the greatest number such that this deletion and all before it are held. */
  private long reached(FeedPosition position) {
    long reached = 0;
    for (Noted one : noted.values()) {
      FeedPosition last = one.last();
      boolean held =
          last == null
              ? one.state() != State.UNDER_WAY
              : last.feed().equals(position.feed()) && last.after() <= position.after();
      if (!held || one.state() == State.UNDER_WAY) {
        break;
      }
      reached = one.number();
    }
    return reached;
  }
}
