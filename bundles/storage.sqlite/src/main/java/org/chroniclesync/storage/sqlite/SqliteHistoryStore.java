// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Continuation;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageProvider;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.ChunkCursor;
import org.chroniclesync.api.storage.support.Query;
import org.chroniclesync.api.storage.support.Summing;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the history in one SQLite file. One connection writes, a few read; neither waits for the
 * other.
 *
 * <p>A search finds what was merged before it. Only while very much waits to be indexed, in a file
 * that is filled for the first time or was upgraded, the oldest of that is not found yet, and
 * {@link #parts} says so.
 */
@StorageProvider(type = "sqlite")
@Component(
    service = {HistoryStore.class, PartReporter.class},
    configurationPid = SqliteHistoryStore.PID,
    configurationPolicy = ConfigurationPolicy.REQUIRE,
    property = HistoryStore.TYPE_PROPERTY + "=sqlite")
@Designate(ocd = SqliteConfig.class)
public final class SqliteHistoryStore implements SummingStore, PartReporter, AutoCloseable {
  static final String PID = "org.chroniclesync.storage.sqlite";

  private static final Logger LOG = LoggerFactory.getLogger(SqliteHistoryStore.class);

  /** After an interruption statements end within milliseconds; this is for a slow machine. */
  private static final long INTERRUPTED_MILLIS = 5_000;

  /** How long one call waits for the index, so that closing does not wait for it. */
  private static final long ERASE_WAIT_MILLIS = 500;

  private final Settings settings;
  private final Failures failures;
  private final Gate gate;
  private final FileLease lease;
  private final OpenFile opened;
  private final Writer writer;
  private final Readers readers;
  private final Rankings rankings;
  private final Indexer indexer;
  private final Rewriter rewriter;

  /** Where the feed ended when it was last looked which devices nothing needs any more. */
  private volatile long devicesSeenAt = -1;

  /**
   * Opens the file, or makes it.
   *
   * @param config what a person decided
   * @throws StorageException if the file cannot be used; it is as it was then
   */
  @Activate
  public SqliteHistoryStore(SqliteConfig config) throws StorageException {
    this(Settings.of(config), Schema.CURRENT);
  }

  SqliteHistoryStore(Settings settings, Schema schema) throws StorageException {
    this(settings, schema, Rewriter.Limits.USUAL);
  }

  SqliteHistoryStore(Settings settings, Schema schema, Rewriter.Limits limits)
      throws StorageException {
    this.settings = settings;
    this.failures = new Failures(settings.file());
    this.gate = new Gate(failures);
    HistoryFile file = new HistoryFile(settings, schema, failures);
    file.prepareDirectory();
    lease = FileLease.take(settings.file(), failures);
    List<AutoCloseable> parts = new ArrayList<>(List.of(lease));
    try {
      Database database = file.open();
      parts.add(database);
      opened = OpenFile.of(settings.file(), failures);
      writer = new Writer(database, lease, settings, failures);
      readers = new Readers(settings, gate, failures);
      rankings = new Rankings(readers, writer.recent(), Rankings.MOST_PASSED, Ranking.MOST);
    } catch (SQLException e) {
      closeAll(parts);
      throw failures.of(e);
    } catch (IOException e) {
      closeAll(parts);
      throw failures.failed(
          "The lock file of " + settings.file() + " failed: " + e + ". Check its disk.", e);
    } catch (StorageException | RuntimeException | Error e) {
      closeAll(parts);
      throw e;
    }
    indexer = new Indexer(writer, gate);
    indexer.start();
    rewriter = new Rewriter(writer, readers, gate, settings.file(), limits);
    rewriter.start();
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    gate.enter();
    try {
      opened.checkPlace();
      rewriter.giveWay(batch.entries().isEmpty());
      MergeResult result = writer.transact(Writer.Worth.KEPT, new Merge(batch));
      // It may have gone meanwhile, and the batch with it.
      opened.checkPlace();
      if (!result.changed().isEmpty()) {
        indexer.wake(result.changed().size());
      }
      return result;
    } finally {
      gate.leave();
    }
  }

  @Override
  public boolean erase() throws StorageException {
    gate.enter();
    try {
      opened.checkPlace();
      // What the index holds of a text goes when its turn comes.
      if (!indexer.awaitIndexed(ERASE_WAIT_MILLIS)) {
        return true;
      }
      forgetDevices();
      if (readers.read(Erasing::shrinks)) {
        boolean more = writer.transact(Writer.Worth.REPEATABLE, Erasing::shrink);
        if (more) {
          return true;
        }
      }
      if (rewriter.isDueAtOnce()) {
        writer.rewrite();
        // Somebody else deletes meanwhile, and the index had no turn in between.
        if (rewriter.isDueAtOnce()) {
          return true;
        }
      } else {
        rewriter.wake();
      }
      return !writer.cutLog();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    } finally {
      gate.leave();
    }
  }

  /** Reads the whole history, so not again while nothing changes. */
  private void forgetDevices() throws StorageException {
    long head = writer.committed().head();
    if (head != devicesSeenAt) {
      if (!readers.read(Erasing::unusedDevices).isEmpty()) {
        writer.transact(
            Writer.Worth.KEPT, w -> Erasing.forgetDevices(w, System.currentTimeMillis()));
      }
      devicesSeenAt = head;
    }
  }

  @Override
  public Cursor<Change> changes(long after) throws StorageException {
    return changes(after, Long.MAX_VALUE, null);
  }

  @Override
  public Cursor<Change> changes(long after, long upTo, @Nullable FeedId leftOut)
      throws StorageException {
    return cursor(
        last ->
            readers.read(
                db -> Scans.changes(db, last == null ? after : last.position(), upTo, leftOut)));
  }

  @Override
  public Cursor<Entry> read(Window window) throws StorageException {
    return cursor(last -> readers.read(db -> Scans.window(db, window, last)));
  }

  @Override
  public Cursor<Entry> select(Selection selection) throws StorageException {
    return cursor(last -> readers.snapshot(db -> Scans.selected(db, selection, last)));
  }

  @Override
  public Cursor<Entry> standing(Range range) throws StorageException {
    return cursor(
        last ->
            readers.read(
                db -> new RangeReader(db).chunk(range, last, Scans.MAX_ROWS, Scans.MAX_CHARS)));
  }

  @Override
  public Fingerprint fingerprint(Range range) throws StorageException {
    return readers.snapshot(db -> new RangeReader(db).fingerprint(range));
  }

  @Override
  public List<Bound> split(Range range, int parts) throws StorageException {
    Summing.checkParts(parts);
    return readers.snapshot(db -> new RangeReader(db).split(range, parts));
  }

  private <T> Cursor<T> cursor(ChunkCursor.Source<T> source) throws StorageException {
    gate.checkOpen();
    rewriter.used();
    return new ChunkCursor<>(source, gate::checkOpen);
  }

  @Override
  public SearchResults search(Search search) throws StorageException {
    gate.checkOpen();
    rewriter.used();
    Query query = Query.of(search);
    if (query.isEmpty()) {
      return SearchResults.NONE;
    }
    Continuation from = search.continuation();
    return from == null
        ? readers.snapshot(db -> Searcher.of(db, writer.recent(), search, query).results())
        : rankings.next(search, query, from);
  }

  @Override
  public StoreState state() throws StorageException {
    gate.checkOpen();
    Counts counts = writer.committed();
    return new StoreState(
        new FeedId(counts.feed()), counts.head(), counts.entries(), counts.tombstones());
  }

  @Override
  public void checkWritable() throws StorageException {
    gate.checkOpen();
    opened.checkWritable();
  }

  @Override
  public List<DeviceSummary> devices() throws StorageException {
    gate.checkOpen();
    DeviceTotals totals = writer.totals();
    List<DeviceSummary> known = totals.known();
    if (known != null) {
      return known;
    }
    totals.begin();
    return totals.keep(readers.snapshot(Scans::devices));
  }

  @Override
  public @Nullable String mark(String name) throws StorageException {
    return readers.read(db -> Scans.mark(db, name)).orElse(null);
  }

  @Override
  public Map<String, String> marks() throws StorageException {
    return readers.read(Scans::marks);
  }

  @Override
  public List<Part> parts() {
    return Stream.concat(indexer.parts().stream(), rewriter.parts().stream()).toList();
  }

  /**
   * Takes no more work, waits for what runs, interrupts it after the configured time, and gives the
   * file free.
   */
  @Deactivate
  @Override
  public void close() {
    if (!gate.shut()) {
      return;
    }
    indexer.close();
    stopRewriting();
    if (!gate.awaitEmpty(settings.closeTimeoutMillis())) {
      interrupt();
      if (!gate.awaitEmpty(INTERRUPTED_MILLIS)) {
        LOG.warn("An operation on {} does not end; its connection stays open.", settings.file());
        return;
      }
    }
    indexer.join(INTERRUPTED_MILLIS);
    rewriter.join(INTERRUPTED_MILLIS);
    closeAll(List.of(lease, writer, readers));
  }

  private void stopRewriting() {
    try {
      rewriter.close();
    } catch (StorageException e) {
      LOG.warn("The writing anew of {} could not be stopped.", settings.file(), e);
    }
  }

  private void interrupt() {
    try {
      writer.interrupt();
      readers.interrupt();
    } catch (SQLException e) {
      LOG.warn("What runs on {} could not be interrupted.", settings.file(), e);
    }
  }

  /** Closes the last one first. */
  private static void closeAll(List<? extends AutoCloseable> opened) {
    for (int i = opened.size() - 1; i >= 0; i--) {
      try {
        opened.get(i).close();
      } catch (Exception e) {
        LOG.warn("A part of the history did not close.", e);
      }
    }
  }

  /** For tests: lets the index fall behind, or catch up. */
  void pauseIndex(boolean pause) {
    indexer.pause(pause);
  }

  /** For tests: tells whether nobody need count the devices. */
  boolean hasDevicesCounted() {
    return writer.totals().known() != null;
  }

  /** For tests: waits until the index has everything. */
  void awaitIndexed() throws InterruptedException {
    indexer.awaitIndexed();
  }
}
