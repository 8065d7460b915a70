// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.core.base.FailureLog;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.ServiceReference;

/**
 * A store that is there, and what is known of it: its problems, each cleared only by the call that
 * shows it gone, and how far it was filled. Safe for any thread.
 */
final class BoundStore {
  /** After that long a call is said to hang. */
  private static final Duration HANGS = Duration.ofSeconds(10);

  /** What a store said of itself holds for so long, or until the next merge. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  /** So often in a row a store may fail before another one takes its place. */
  private static final int MAX_FAULTS = 3;

  private final String type;
  private final boolean durable;
  private final GuardedStore store;
  private @Nullable CompletableFuture<Known> asked;
  private int faults;
  private final AtomicBoolean checking = new AtomicBoolean();
  private final AtomicLong merges = new AtomicLong();
  private volatile @Nullable Known known;
  private volatile @Nullable String readProblem;
  private volatile @Nullable String mergeProblem;
  private volatile @Nullable String checkProblem;
  private volatile @Nullable String copiedFrom;
  private volatile Filling filling = new Filling.Lacking();
  private volatile Progress progress = new Progress(0, 0);

  /**
   * How far it was filled, also while it is being filled.
   *
   * @param epoch of the store that it is filled from
   * @param upTo the position in the feed of that store
   */
  record Progress(long epoch, long upTo) {}

  /**
   * What the store said of itself.
   *
   * @param merges how many merges had been done when it was asked
   * @param atNanos when it answered, in {@link System#nanoTime}
   */
  private record Known(StoreState state, long merges, long atNanos) {}

  /** How far a store that stands by was filled from the one in use. */
  sealed interface Filling {
    /** It lacks something, or nobody knows. */
    record Lacking() implements Filling {}

    /** A thread fills it. */
    record UnderWay() implements Filling {}

    /**
     * It had everything.
     *
     * @param epoch of the store that it was filled from
     * @param growth which growth of the history it knew of
     */
    record Filled(long epoch, long growth) implements Filling {}

    /**
     * It could not be filled, and is passed over until it can be.
     *
     * @param why a sentence, with what to do
     * @param times how often in a row
     * @param notBefore when it is tried again, in {@link System#nanoTime}
     */
    record Failed(String why, int times, long notBefore) implements Filling {}
  }

  BoundStore(ServiceReference<?> reference, HistoryStore service, FailureLog failures) {
    type = type(reference);
    durable = durable(reference);
    store = GuardedStore.around(service, type, failures);
  }

  /** Returns what the registration says of the technology. */
  static String type(ServiceReference<?> reference) {
    return String.valueOf(reference.getProperty(HistoryStore.TYPE_PROPERTY));
  }

  /** Tells whether what the store holds outlives it, as the registration says. */
  static boolean durable(ServiceReference<?> reference) {
    return !Boolean.FALSE.equals(reference.getProperty(HistoryStore.DURABLE_PROPERTY));
  }

  String type() {
    return type;
  }

  boolean durable() {
    return durable;
  }

  HistoryStore store() {
    return store;
  }

  Filling filling() {
    return filling;
  }

  void filling(Filling now) {
    filling = now;
  }

  Progress progress() {
    return progress;
  }

  void progress(Progress now) {
    progress = now;
  }

  @Nullable String copiedFrom() {
    return copiedFrom;
  }

  void copiedFrom(String other) {
    copiedFrom = other;
  }

  // --- Problems ---------------------------------------------------------------------------------

  void succeeded(boolean merging) {
    if (merging) {
      mergeProblem = null;
      checkProblem = null;
      merges.incrementAndGet();
    }
    readProblem = null;
    synchronized (this) {
      faults = 0;
    }
  }

  /** Returns true if it has failed so often that another store should take its place. */
  boolean failed(boolean merging, StorageException failure) {
    if (merging) {
      mergeProblem = failure.getMessage();
    } else {
      readProblem = failure.getMessage();
    }
    synchronized (this) {
      faults = failure instanceof BrokenStoreException ? faults + 1 : 0;
      return faults >= MAX_FAULTS;
    }
  }

  /** Returns what keeps it from working, with what to do; null if nothing does. */
  @Nullable String problem() {
    Duration longest = store.longestCall();
    if (longest.compareTo(HANGS) > 0) {
      return "The storage "
          + type
          + " has not answered for "
          + longest.toSeconds()
          + " s. If its disk is well, restart or remove its bundle.";
    }
    String check = checkProblem;
    String merge = mergeProblem;
    return check != null ? check : merge != null ? merge : readProblem;
  }

  /**
   * Asks whether it could take a batch, unless the last question is still open; then the store
   * hangs, which shows by itself. What merges met is over once the store takes back what it said.
   *
   * @param done called in the end, on any thread
   */
  void check(Executor executor, Runnable done) {
    if (!checking.compareAndSet(false, true)) {
      done.run();
      return;
    }
    try {
      executor.execute(() -> checkNow(done));
    } catch (RejectedExecutionException e) {
      // The node stops.
      done.run();
    }
  }

  private void checkNow(Runnable done) {
    try {
      store.checkWritable();
      if (checkProblem != null) {
        checkProblem = null;
        mergeProblem = null;
      }
    } catch (StorageException e) {
      checkProblem = e.getMessage();
    } finally {
      checking.set(false);
      done.run();
    }
  }

  // --- In numbers -------------------------------------------------------------------------------

  /**
   * Returns the state, or the last one known if the store does not answer in time; null if it
   * fails.
   *
   * @param executor asks, so that a store that hangs holds up nobody else
   */
  @Nullable StoreState state(Executor executor, Duration patience) {
    Known last = known;
    if (last != null && last.merges() == merges.get() && !isOld(last)) {
      return last.state();
    }
    try {
      Known answer = ask(executor).get(patience.toNanos(), TimeUnit.NANOSECONDS);
      readProblem = null;
      known = answer;
      return answer.state();
    } catch (TimeoutException e) {
      return last == null ? null : last.state();
    } catch (ExecutionException e) {
      readProblem = sentence(e);
      known = null;
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return last == null ? null : last.state();
    }
  }

  /** A status is asked for often, by pages and by those who wait for something. */
  private static boolean isOld(Known last) {
    return System.nanoTime() - last.atNanos() > FRESH.toNanos();
  }

  /** Returns the sentence of what a thread of another's threw. */
  static String sentence(ExecutionException e) {
    Throwable cause = e.getCause();
    return String.valueOf(cause == null ? e : cause.getMessage());
  }

  private synchronized CompletableFuture<Known> ask(Executor executor) {
    CompletableFuture<Known> before = asked;
    if (before != null && !before.isDone()) {
      return before;
    }
    CompletableFuture<Known> next = new CompletableFuture<>();
    asked = next;
    executor.execute(
        () -> {
          try {
            long done = merges.get();
            next.complete(new Known(store.state(), done, System.nanoTime()));
          } catch (StorageException e) {
            next.completeExceptionally(e);
          }
        });
    return next;
  }
}
