// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.StorageProvider;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.ChunkCursor;
import org.chroniclesync.api.storage.support.Scans;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;

/** Keeps the history in memory and each batch that changed it in a journal, which is read again. */
@StorageProvider(type = "journal")
@Component(
    service = HistoryStore.class,
    configurationPid = "org.chroniclesync.examples.storage",
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    property = HistoryStore.TYPE_PROPERTY + "=journal")
@Designate(ocd = JournalConfig.class)
public final class JournalHistoryStore implements HistoryStore, AutoCloseable {
  private static final int CHUNK = 500;

  /** Fair: else the thread that has just merged goes again before those who wait. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private final TreeMap<Long, Change> changes = new TreeMap<>();
  private final Map<EntryId, Change> standing = new HashMap<>();
  private final Map<String, String> marks = new HashMap<>();
  private final Scans scans = new Scans(this::forEach, this::check);
  private long head;
  private long tombstones;

  /** The journal holds versions that tombstones replaced. */
  private boolean erasable;

  private volatile boolean closed;
  private final Journal journal;

  /** Told without the lock, which a merge may hold for long. */
  private volatile StoreState state;

  /**
   * Opens the journal, or makes it.
   *
   * @param config what a person decided
   * @throws StorageException if it cannot be used
   */
  @Activate
  public JournalHistoryStore(JournalConfig config) throws StorageException {
    this(Path.of(config.file()), config.maxFileBytes());
  }

  JournalHistoryStore(Path file, long maxFileBytes) throws StorageException {
    journal = new Journal(file, maxFileBytes, this::apply);
    state = counted();
  }

  private interface Work<R> {
    R done() throws StorageException;
  }

  /** Does the work when those are done who came before. */
  private <R> R inTurn(Work<R> work) throws StorageException {
    turn.lock();
    try {
      check();
      return work.done();
    } finally {
      turn.unlock();
    }
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    return inTurn(() -> mergeNow(batch));
  }

  private MergeResult mergeNow(Batch batch) throws StorageException {
    Batch news = news(batch);
    if (!news.entries().isEmpty() || !news.marks().isEmpty()) {
      // First on the disk, then to be seen: what fails there was never here.
      journal.append(news);
      apply(news);
      state = counted();
    }
    return new MergeResult(head, news.entries().stream().map(Entry::id).toList());
  }

  /** Returns what of a batch changes anything: the winner of each visit, and marks. */
  private Batch news(Batch batch) {
    Map<EntryId, Entry> winners = new LinkedHashMap<>();
    for (Entry entry : batch.entries()) {
      Change held = standing.get(entry.id());
      Entry best = winners.getOrDefault(entry.id(), held == null ? null : held.entry());
      if (best == null || Precedence.ORDER.replaces(entry, best)) {
        winners.put(entry.id(), entry);
      }
    }
    Map<String, String> newMarks = new HashMap<>(batch.marks());
    newMarks.entrySet().removeAll(marks.entrySet());
    return new Batch(List.copyOf(winners.values()), batch.source(), newMarks);
  }

  private void apply(Batch news) {
    for (Entry entry : news.entries()) {
      Change change = new Change(++head, entry, news.source());
      Change held = standing.put(entry.id(), change);
      if (held != null) {
        changes.remove(held.position());
        tombstones -= held.entry().deleted() ? 1 : 0;
      }
      changes.put(head, change);
      erasable |= held != null && entry.deleted();
      tombstones += entry.deleted() ? 1 : 0;
    }
    marks.putAll(news.marks());
  }

  @Override
  public boolean erase() throws StorageException {
    return inTurn(
        () -> {
          if (erasable) {
            journal.rewrite(this::left);
            erasable = false;
          }
          return false;
        });
  }

  /** Returns what the journal may hold of a version: nothing but that there was one. */
  private Entry left(Entry version) {
    Change stands = standing.get(version.id());
    return stands != null && stands.entry().deleted()
        ? version.tombstone(version.lastModifiedMillis())
        : version;
  }

  private StoreState counted() {
    return new StoreState(journal.feed(), head, standing.size() - tombstones, tombstones);
  }

  @Override
  public Cursor<Change> changes(long after) throws StorageException {
    check();
    return new ChunkCursor<>(
        last -> inTurn(() -> changesAfter(last == null ? after : last.position())), this::check);
  }

  private List<Change> changesAfter(long position) {
    return changes.tailMap(position, false).values().stream().limit(CHUNK).toList();
  }

  private void forEach(Consumer<Change> visitor) throws StorageException {
    inTurn(
        () -> {
          changes.values().forEach(visitor);
          return true;
        });
  }

  @Override
  public Cursor<Entry> read(Window window) throws StorageException {
    check();
    return scans.read(window);
  }

  @Override
  public SearchResults search(Search search) throws StorageException {
    return scans.search(search);
  }

  @Override
  public List<DeviceSummary> devices() throws StorageException {
    return scans.devices();
  }

  @Override
  public StoreState state() throws StorageException {
    check();
    return state;
  }

  @Override
  public @Nullable String mark(String name) throws StorageException {
    return inTurn(() -> Optional.ofNullable(marks.get(name))).orElse(null);
  }

  @Override
  public Map<String, String> marks() throws StorageException {
    return inTurn(() -> Map.copyOf(marks));
  }

  private void check() throws StorageException {
    if (closed) {
      throw new StorageException(Kind.CLOSED, "The journal was closed.", null);
    }
  }

  /** Waits for the call under way and closes the file. */
  @Deactivate
  @Override
  public void close() throws StorageException {
    // Before the lock, so that those who come now do not keep it from us.
    closed = true;
    turn.lock();
    try {
      journal.close();
    } finally {
      turn.unlock();
    }
  }
}
