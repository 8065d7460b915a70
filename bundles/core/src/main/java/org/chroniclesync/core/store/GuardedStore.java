// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.core.store;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.core.base.FailureLog;
import org.chroniclesync.core.base.Guard;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's store, behind a guard: only {@link StorageException} comes out, a call that lasts is
 * known, and more marks than a store has room for do not reach it.
 */
class GuardedStore implements HistoryStore {
  private final HistoryStore store;
  private final String type;
  private final FailureLog failures;
  private final ConcurrentMap<Thread, Long> running = new ConcurrentHashMap<>();

  /** The names of the marks that the store has; null until they are asked for. */
  private @Nullable Set<String> marks;

  /** A call of the store. */
  interface Call<R> {
    @Nullable R make() throws StorageException;
  }

  /** Guards a store; one that keeps sums still keeps them. */
  static GuardedStore around(HistoryStore store, String type, FailureLog failures) {
    return store instanceof SummingStore summing
        ? new GuardedSums(summing, type, failures)
        : new GuardedStore(store, type, failures);
  }

  GuardedStore(HistoryStore store, String type, FailureLog failures) {
    this.store = store;
    this.type = type;
    this.failures = failures;
  }

  /** Returns how long the longest of the calls under way has lasted. */
  Duration longestCall() {
    long now = System.nanoTime();
    long longest = 0;
    for (long began : running.values()) {
      longest = Math.max(longest, now - began);
    }
    return Duration.ofNanos(longest);
  }

  private <R> @Nullable R optional(String name, Call<R> call) throws StorageException {
    Thread thread = Thread.currentThread();
    boolean outer = running.putIfAbsent(thread, System.nanoTime()) == null;
    try {
      return call.make();
    } catch (RuntimeException | Error e) {
      throw new BrokenStoreException(type, name, e, e);
    } finally {
      if (outer) {
        running.remove(thread);
      }
    }
  }

  final <R> R required(String name, Call<R> call) throws StorageException {
    R result = optional(name, call);
    if (result == null) {
      throw new BrokenStoreException(type, name, "null", null);
    }
    return result;
  }

  @Override
  public boolean erase() throws StorageException {
    return required("erase", store::erase);
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    Batch fitting = fitting(batch);
    return required("merge", () -> store.merge(fitting));
  }

  /**
   * Leaves out marks that would be the {@value HistoryStore#MAX_MARKS} and first: what they note is
   * done again instead, which costs time and loses nothing.
   */
  private Batch fitting(Batch batch) throws StorageException {
    if (batch.marks().isEmpty()) {
      return batch;
    }
    synchronized (this) {
      if (marks == null) {
        marks = new HashSet<>(marks().keySet());
      }
      Map<String, String> fitting = new HashMap<>(batch.marks());
      fitting.keySet().removeIf(name -> !marks.contains(name) && marks.size() >= MAX_MARKS);
      if (fitting.size() < batch.marks().size()) {
        failures.add(
            "The storage "
                + type
                + " has no room for more notes ("
                + MAX_MARKS
                + "). What would be noted, such as how far a new device was read, is read again"
                + " next time. If there are not that many devices, somebody with your words makes"
                + " them up.");
      }
      marks.addAll(fitting.keySet());
      return new Batch(batch.entries(), batch.source(), fitting);
    }
  }

  @Override
  public Cursor<Change> changes(long after) throws StorageException {
    return guarded(required("changes", () -> store.changes(after)));
  }

  @Override
  public Cursor<Change> changes(long after, long upTo, @Nullable FeedId leftOut)
      throws StorageException {
    return guarded(required("changes", () -> store.changes(after, upTo, leftOut)));
  }

  @Override
  public Cursor<Entry> read(Window window) throws StorageException {
    return guarded(required("read", () -> store.read(window)));
  }

  @Override
  public Cursor<Entry> select(Selection selection) throws StorageException {
    return guarded(required("select", () -> store.select(selection)));
  }

  @Override
  public SearchResults search(Search search) throws StorageException {
    return required("search", () -> store.search(search));
  }

  @Override
  public StoreState state() throws StorageException {
    return required("state", store::state);
  }

  @Override
  public void checkWritable() throws StorageException {
    required(
        "checkWritable",
        () -> {
          store.checkWritable();
          return true;
        });
  }

  @Override
  public List<DeviceSummary> devices() throws StorageException {
    return required("devices", store::devices);
  }

  @Override
  public @Nullable String mark(String name) throws StorageException {
    return optional("mark", () -> store.mark(name));
  }

  @Override
  public Map<String, String> marks() throws StorageException {
    return required("marks", store::marks);
  }

  /** No clock per entry: a cursor that hangs shows in the calls beside it. */
  final <T> Cursor<T> guarded(Cursor<T> cursor) {
    return new Cursor<>() {
      @Override
      public @Nullable T next() throws StorageException {
        try {
          return cursor.next();
        } catch (RuntimeException | Error e) {
          throw new BrokenStoreException(type, "a cursor", e, e);
        }
      }

      @Override
      public void close() {
        try {
          cursor.close();
        } catch (RuntimeException | Error e) {
          failures.add(Guard.sentence("The storage " + type, e), e);
        }
      }
    };
  }
}
