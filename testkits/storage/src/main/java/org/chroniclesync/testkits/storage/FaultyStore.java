// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.jspecify.annotations.Nullable;

/**
 * A store in front of another one, whose methods fail, hang and lie when a test says so. For tests
 * of those who use a store; one of which no dial was turned is as good as the store behind it.
 *
 * <pre>{@code
 * FaultyStore store = FaultyStore.around(right);
 * store.dials().state().fails(() -> new IllegalStateException("out of order"));
 * Hang hang = store.dials().merge().hangs();
 * store.dials().marks().lies(marks -> Map.of());
 * store.dials().all().forEach(dial -> dial.fails(() -> new NoClassDefFoundError("gone")));
 * }</pre>
 *
 * Safe for any thread. Whoever lets a call hang releases it; closing this store does not.
 */
public class FaultyStore implements HistoryStore, AutoCloseable {
  /** The store behind this one. */
  private final HistoryStore right;

  private final Dials dials = new Dials();

  FaultyStore(HistoryStore right) {
    this.right = right;
  }

  /**
   * Puts a faulty store in front of another one, at first without a fault.
   *
   * @param right the store that answers where no fault does
   * @return the store, a {@link SummingStore} if the other one is
   */
  public static FaultyStore around(HistoryStore right) {
    return right instanceof SummingStore summing
        ? new FaultySummingStore(summing)
        : new FaultyStore(right);
  }

  /**
   * Returns what decides which methods are faulty.
   *
   * @return the same for the life of the store
   */
  public final Dials dials() {
    return dials;
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    return dials.merge().call(() -> right.merge(batch));
  }

  @Override
  public boolean erase() throws StorageException {
    return dials.erase().call(right::erase);
  }

  @Override
  public Cursor<Change> changes(long after) throws StorageException {
    return faulty(dials.changes().call(() -> right.changes(after)));
  }

  @Override
  public Cursor<Change> changes(long after, long upTo, @Nullable FeedId leftOut)
      throws StorageException {
    return faulty(dials.changes().call(() -> right.changes(after, upTo, leftOut)));
  }

  @Override
  public Cursor<Entry> read(Window window) throws StorageException {
    return faulty(dials.read().call(() -> right.read(window)));
  }

  @Override
  public SearchResults search(Search search) throws StorageException {
    return dials.search().call(() -> right.search(search));
  }

  @Override
  public StoreState state() throws StorageException {
    return dials.state().call(right::state);
  }

  @Override
  public void checkWritable() throws StorageException {
    dials
        .checkWritable()
        .call(
            () -> {
              right.checkWritable();
              return true;
            });
  }

  @Override
  public List<DeviceSummary> devices() throws StorageException {
    return dials.devices().call(right::devices);
  }

  @Override
  public @Nullable String mark(String name) throws StorageException {
    return dials.mark().call(() -> Optional.ofNullable(right.mark(name))).orElse(null);
  }

  @Override
  public Map<String, String> marks() throws StorageException {
    return dials.marks().call(right::marks);
  }

  final <T> Cursor<T> faulty(Cursor<T> cursor) {
    return new FaultyCursor<>(cursor, dials.next());
  }

  /**
   * Closes the store behind this one, if it can be closed.
   *
   * @throws StorageException if it does not close
   */
  @Override
  public void close() throws StorageException {
    if (right instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (StorageException e) {
        throw e;
      } catch (Exception e) {
        throw new StorageException(
            StorageException.Kind.FAILED, "The store behind does not close: " + e + ".", e);
      }
    }
  }
}
