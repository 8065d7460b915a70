// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.StorageStatus;
import org.chroniclesync.core.base.EventLoop;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.LeasedService;
import org.chroniclesync.core.base.Settings;
import org.chroniclesync.core.base.Troubles;
import org.chroniclesync.core.base.Workers;
import org.chroniclesync.core.store.BoundStore.Filling;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/**
 * The history, in whatever store there is. Where there are several, one is in use and the others
 * are kept filled from it; a better one than the one in use takes its place once it has everything,
 * and a sound one takes the place of one that fails again and again. Tells those who follow it when
 * it grows.
 */
public final class Stores implements AutoCloseable {
  private static final String NOTHING_DURABLE =
      "Only a storage that forgets at its end is there, so new visits wait. Start a durable one, or"
          + " set allowVolatile of org.chroniclesync.core if they may be lost.";

  private static final String STORAGE = "storage";

  private static final Part.Missing NONE =
      new Part.Missing(
          "No storage runs, so new visits wait.",
          "Start the bundle of a storage and give it its configuration.");

  private static final String TRIED_AGAIN = "The node tries it again by itself.";

  /** How long a status waits for a store that does not answer at once. */
  private static final Duration STATUS_PATIENCE = Duration.ofMillis(200);

  private final LeasedService<BoundStore> leased = new LeasedService<>();
  private final List<Follower> followers = new CopyOnWriteArrayList<>();
  private final AtomicInteger waitForDurable = new AtomicInteger();
  private final ArrivalRule arrivals;
  private final EntryRules rules;
  private final FailureLog failures;
  private final Duration patience;
  private final boolean allowVolatile;
  private final ExecutorService workers = Workers.named("chroniclesync-storage-worker");
  private final StandbyFiller filler;
  private final Reach reach = new Reach();

  /** Starting a store may take long, and so may all that it waits for. */
  private final EventLoop starter;

  private final Map<ServiceReference<?>, StoreStart> starting = new ConcurrentHashMap<>();

  /** Told of growth, on the thread that caused it; must not block. */
  public interface Follower {
    /** The history grew, or another store holds it. */
    void grew();
  }

  /** An operation that wants to know whether the store is still the one it knew. */
  public interface EpochOperation<R> {
    /** Does it. */
    R apply(HistoryStore store, long epoch) throws StorageException;
  }

  /** Makes a history without a store. */
  public Stores(ArrivalRule arrivals, FailureLog failures, Settings settings) {
    this.arrivals = arrivals;
    this.failures = failures;
    this.rules = new EntryRules(failures);
    this.starter = new EventLoop("chroniclesync-storage-start", failures);
    // For leases of a store that leaves, and for what is copied then.
    this.patience = settings.drainTimeout();
    this.allowVolatile = settings.allowVolatile();
    this.filler = new StandbyFiller(leased, failures, patience, workers);
  }

  /** Begins to fill one store from another. */
  public void start() {
    filler.start();
  }

  /**
   * Adds a store. One that does not start is tried again until it does, or is removed.
   *
   * @param service starts the store if it has not started; null if it does not start
   */
  public void bind(
      ServiceReference<?> reference, Supplier<? extends @Nullable HistoryStore> service) {
    StoreStart start = new StoreStart(reference, service, failures);
    starting.put(reference, start);
    start(start);
  }

  private void start(StoreStart start) {
    BoundStore store = start.attempt();
    if (store == null) {
      starter.after(start.nextPause(), () -> start(start));
    } else if (starting.remove(start.reference(), start)) {
      leased.add(start.reference(), store);
      tellFollowers();
    }
  }

  /** Removes a store, once what it had begun is done and what it holds is brought to the next. */
  public void unbind(ServiceReference<?> reference) {
    starting.remove(reference);
    if (!leased.remove(reference, patience, filler::bringBeforeTheEnd)) {
      failures.add(
          "A storage left before everything that it had begun was done; what was not acknowledged"
              + " will be sent again.");
    }
    tellFollowers();
  }

  /** Ends the filling. Whoever waits for a store is told that there will be none. */
  @Override
  public void close() {
    leased.close();
    starting.clear();
    try {
      starter.close(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    filler.close();
    workers.shutdownNow();
  }

  // --- Working with the one in use --------------------------------------------------------------

  /** Adds a follower. */
  public void follow(Follower follower) {
    followers.add(follower);
  }

  /** Removes a follower. */
  public void unfollow(Follower follower) {
    followers.remove(follower);
  }

  /** Merges what was recorded here, or came; waits while there is no storage. */
  public MergeResult merge(Batch batch) throws StorageException, InterruptedException {
    EntryRules.Judged judged = judged(batch.entries());
    // What must not be stored was never here, so nobody need be told that it is gone.
    List<Entry> entries =
        Stream.concat(
                judged.kept().stream(), judged.changed().stream().filter(entry -> !entry.deleted()))
            .toList();
    Batch allowed = new Batch(entries, batch.source(), batch.marks());
    return mergeWith((store, epoch) -> store.merge(arrived(allowed)));
  }

  /**
   * Has entries of a peer judged, and stores the versions that take the place of some: as versions
   * of our own, which go to the peer, too.
   *
   * @return the entries that are to be stored as they came
   */
  public List<Entry> allowed(List<Entry> entries) throws StorageException, InterruptedException {
    EntryRules.Judged judged = judged(entries);
    if (!judged.changed().isEmpty()) {
      mergeWith((store, epoch) -> store.merge(Batch.of(judged.changed())));
    }
    return judged.kept();
  }

  private EntryRules.Judged judged(List<Entry> entries) throws InterruptedException {
    return rules.judge(entries.stream().map(arrivals::apply).toList());
  }

  /** Returns those who are asked before an entry is stored. */
  public EntryRules rules() {
    return rules;
  }

  /** Merges what the operation makes of the store's state, in the same lease. */
  public <R> R mergeWith(EpochOperation<R> operation)
      throws StorageException, InterruptedException {
    R result = perform(operation, true);
    tellFollowers();
    return result;
  }

  /** Lends the store for one operation; waits while there is none. */
  public <R> R borrow(History.Operation<R> operation)
      throws StorageException, InterruptedException {
    return withEpoch((store, epoch) -> operation.apply(store));
  }

  /** Lends the store, and tells it from the one before. */
  public <R> R withEpoch(EpochOperation<R> operation)
      throws StorageException, InterruptedException {
    return perform(operation, false);
  }

  /** Waits for a store that will do, for as long as it takes: a peer is held back by that. */
  private <R> R perform(EpochOperation<R> operation, boolean merging)
      throws StorageException, InterruptedException {
    Predicate<BoundStore> fit = store -> !merging || mayKeep(store);
    while (true) {
      long epoch;
      boolean lacksDurable;
      try (LeasedService.Lease<BoundStore> lease = lease()) {
        epoch = lease.epoch();
        lacksDurable = !fit.test(lease.service());
        if (!lacksDurable) {
          try {
            R result = operation.apply(lease.service().store(), epoch);
            lease.service().succeeded(merging);
            return result;
          } catch (StorageException e) {
            // Closed under our hands although we held a lease: its deadline passed, or it was
            // closed
            // before it left. All operations are idempotent; the next store gets the same one.
            if (e.kind() != Kind.CLOSED || Thread.currentThread().isInterrupted()) {
              judge(lease, merging, e, fit);
            }
          }
        }
      }
      // Without the lease: another store takes over only when all of them have come back.
      awaitOther(epoch, lacksDurable);
    }
  }

  /** Throws what the store threw, unless another one can take its place. */
  private void judge(
      LeasedService.Lease<BoundStore> failing,
      boolean merging,
      StorageException failure,
      Predicate<BoundStore> fit)
      throws StorageException {
    boolean hopeless = failing.service().failed(merging, failure);
    if (!hopeless || !leased.passOver(failing.epoch(), fit)) {
      throw failure;
    }
    failing
        .service()
        .filling(new Filling.Failed(String.valueOf(failure.getMessage()), 1, System.nanoTime()));
    failures.add(
        "The storage "
            + failing.service().type()
            + " is passed over: "
            + failure.getMessage()
            + " What only it holds comes back when it works again, or from your other devices.");
    filler.grew();
  }

  private LeasedService.Lease<BoundStore> lease() throws StorageException, InterruptedException {
    try {
      return leased.lease();
    } catch (LeasedService.ClosedException e) {
      throw stopped(e);
    }
  }

  private void awaitOther(long epoch, boolean lacksDurable)
      throws StorageException, InterruptedException {
    if (lacksDurable) {
      waitForDurable.incrementAndGet();
    }
    try {
      leased.awaitOther(epoch);
    } catch (LeasedService.ClosedException e) {
      throw stopped(e);
    } finally {
      if (lacksDurable) {
        waitForDurable.decrementAndGet();
      }
    }
  }

  private static StorageException stopped(Exception cause) {
    return new StorageException(
        Kind.CLOSED, "The node has stopped. Start it again to reach the history.", cause);
  }

  /** What is acknowledged must not be lost, unless a person said that it may be. */
  private boolean mayKeep(BoundStore store) {
    return allowVolatile || store.durable();
  }

  /** Applies the rule for versions from the future. */
  public Batch arrived(Batch batch) {
    List<Entry> entries = batch.entries().stream().map(arrivals::apply).toList();
    return new Batch(entries, batch.source(), batch.marks());
  }

  // --- The status -------------------------------------------------------------------------------

  /** Returns the state of the store in use, or null if there is none that can tell. */
  public @Nullable StoreState stateNow() {
    try (LeasedService.Lease<BoundStore> lease = leased.leaseAside()) {
      return lease == null ? null : lease.service().state(workers, STATUS_PATIENCE);
    }
  }

  /**
   * Returns what the stores are good for, the one in use first.
   *
   * @param used the state of the one in use, if it is known
   */
  public List<StorageStatus> statuses(@Nullable StoreState used) {
    List<StorageStatus> statuses = new ArrayList<>();
    long epoch = leased.epochNow();
    for (BoundStore store : leased.all()) {
      boolean first = statuses.isEmpty() && epoch != 0;
      statuses.add(
          new StorageStatus(
              store.type(),
              store.durable(),
              first
                  ? new StorageStatus.Role.InUse(store.copiedFrom())
                  : role(store, epoch, used == null ? Long.MAX_VALUE : used.head())));
    }
    starting.values().forEach(start -> statuses.add(start.status()));
    return statuses;
  }

  private static StorageStatus.Role role(BoundStore store, long epoch, long head) {
    if (problem(store) != null) {
      return new StorageStatus.Role.PassedOver();
    }
    // One that was filled from another store, or never, lacks everything for all that is known.
    BoundStore.Progress progress = store.progress();
    long upTo = progress.epoch() == epoch ? progress.upTo() : 0;
    boolean known = head != Long.MAX_VALUE;
    return new StorageStatus.Role.StandingBy(known ? Math.max(0, head - upTo) : head);
  }

  /** Returns what keeps the history from working, with what to do; null if nothing does. */
  public @Nullable String problem() {
    if (waitForDurable.get() > 0) {
      return NOTHING_DURABLE;
    }
    try (LeasedService.Lease<BoundStore> lease = leased.leaseAside()) {
      return lease == null ? whyNone() : lease.service().problem();
    }
  }

  private static @Nullable String problem(BoundStore standby) {
    return standby.filling() instanceof Filling.Failed failed ? failed.why() : standby.problem();
  }

  /** Returns how each store does. There is one part of no name if none can take new visits. */
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    boolean used = leased.epochNow() != 0;
    for (BoundStore store : leased.all()) {
      String problem = used && parts.isEmpty() ? store.problem() : problem(store);
      parts.add(
          new Part(
              STORAGE,
              store.type(),
              problem == null ? new Part.Well() : Troubles.failed(problem, TRIED_AGAIN)));
    }
    starting.values().forEach(start -> parts.add(start.part()));
    if (parts.isEmpty()) {
      parts.add(new Part(STORAGE, "", NONE));
    } else if (waitForDurable.get() > 0) {
      parts.add(new Part(STORAGE, "", Troubles.failed(NOTHING_DURABLE, TRIED_AGAIN)));
    }
    return parts;
  }

  /**
   * Erases some of what tombstones replaced, in each store that is there.
   *
   * @return true if there is more to erase
   * @throws StorageException if a store failed at it; the others were asked all the same
   */
  public boolean erase() throws StorageException {
    boolean more = false;
    StorageException failure = null;
    for (BoundStore store : leased.all()) {
      LeasedService.Lease<BoundStore> lease = leased.leaseAside(store);
      if (lease != null) {
        try (lease) {
          more |= store.store().erase();
        } catch (StorageException e) {
          failure = e;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return more;
  }

  /** Who holds how much of the feed of the store in use. */
  public Reach reach() {
    return reach;
  }

  /** Asks each store whether it could take new visits; does not wait for the answer. */
  public void look() {
    for (BoundStore store : leased.all()) {
      LeasedService.Lease<BoundStore> lease = leased.leaseAside(store);
      if (lease != null) {
        store.check(workers, lease::close);
      }
    }
  }

  private @Nullable String whyNone() {
    return starting.values().stream().findFirst().map(StoreStart::why).orElse(NONE.cause());
  }

  /** Returns the epoch of the store that is lent now, or 0 if there is none. */
  public long epochNow() {
    return leased.epochNow();
  }

  private void tellFollowers() {
    filler.grew();
    followers.forEach(Follower::grew);
  }
}
