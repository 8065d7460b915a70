// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.chroniclesync.api.history.DeviceId;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Change;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.DeviceSummary;
import org.chroniclesync.api.storage.FeedId;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.SearchResults;
import org.chroniclesync.api.storage.Selection;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.StorageException.Kind;
import org.chroniclesync.api.storage.StoreState;
import org.chroniclesync.api.storage.SummingStore;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.storage.support.BatchBytes;
import org.chroniclesync.api.storage.support.RangeSums;
import org.chroniclesync.api.storage.support.Scans;
import org.jspecify.annotations.Nullable;

/** A durable store that keeps all rules but one. */
final class FlawedStore implements SummingStore, AutoCloseable {
  /** Long enough for another thread to step in between. */
  private static final long GAP_NANOS = 1_000_000;

  /** How many merges show their half for longer, and for how many gaps. */
  private static final int HALVES = 30;

  private static final int HALF_GAPS = 20;

  /** For how many gaps a reader waits for a merge that begins. */
  private static final int READER_GAPS = 3;

  private static final int MANY = 1_000;

  /** Batches that wait to be written. */
  private static final int LATE = 3;

  private static final int FEW = 10;
  private static final int COLUMN_CHARS = 1_000;

  private final Flaw flaw;
  private final long maxBytes;
  private final RandomAccessFile file;
  private final FeedId feed;
  private final TreeMap<Long, Change> changes = new TreeMap<>();
  private final Map<EntryId, Change> standing = new HashMap<>();
  private final RangeSums sums = new RangeSums();
  private final Map<String, String> marks = new ConcurrentHashMap<>();

  /** Fair: readers that come again at once would keep those out who merge. */
  private final ReentrantLock turn = new ReentrantLock(true);

  private final Semaphore readers = new Semaphore(MANY, true);
  private final CountDownLatch leave = new CountDownLatch(1);
  private List<Change> beforeLastMerge = List.of();
  private List<Change> whenAsked = List.of();
  private final Deque<Batch> late = new ArrayDeque<>();
  private final List<Entry> everApplied = new ArrayList<>();
  private final long headWhenOpened;
  private volatile @Nullable Fingerprint halfway;
  private volatile boolean halfSeen;
  private int halves;
  private volatile StoreState state;
  private long head;
  private long tombstones;
  private long end;
  private boolean full;
  private volatile boolean closed;
  private volatile boolean written;

  /** How often it was asked to merge. */
  private final AtomicInteger merges = new AtomicInteger();

  FlawedStore(Path folder, Flaw flaw, long maxBytes) throws IOException {
    this.flaw = flaw;
    this.maxBytes = maxBytes;
    Path name = folder.resolve("feed");
    if (!Files.exists(name) || is(Flaw.RENAMES_ITS_FEED)) {
      Files.writeString(name, UUID.randomUUID().toString(), CREATE, TRUNCATE_EXISTING, WRITE, SYNC);
    }
    feed = new FeedId(Files.readString(name));
    state = new StoreState(feed, 0, 0, 0);
    file = new RandomAccessFile(folder.resolve("batches").toFile(), "rw");
    replay(folder.resolve("batches"));
    headWhenOpened = head;
    if (is(Flaw.LEAVES_A_THREAD)) {
      new Thread(this::linger, "left behind").start();
    }
  }

  private boolean is(Flaw one) {
    return flaw == one;
  }

  private void gapIf(Flaw one) {
    if (is(one)) {
      LockSupport.parkNanos(GAP_NANOS);
    }
  }

  private void linger() {
    try {
      leave.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends what a flaw left behind, once the kit has seen it. */
  void tidyUp() throws IOException {
    leave.countDown();
    file.close();
  }

  // --- the file -----------------------------------------------------------------------------

  private void replay(Path path) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(path))) {
      while (true) {
        byte[] record = new byte[in.readInt()];
        in.readFully(record);
        Batch batch = BatchBytes.read(new DataInputStream(new ByteArrayInputStream(record)));
        end += Integer.BYTES + record.length;
        apply(batch);
      }
    } catch (EOFException e) {
      // The end, or a record that was cut short and never acknowledged.
      file.setLength(end);
    }
  }

  private void write(Batch batch) throws StorageException {
    if (is(Flaw.STAYS_FULL) && full) {
      throw new StorageException(Kind.FULL, "It was full before.", null);
    }
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BatchBytes.write(batch, new DataOutputStream(bytes));
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      new DataOutputStream(record).writeInt(bytes.size());
      bytes.writeTo(record);
      if (end + record.size() > maxBytes) {
        throw new IOException("the largest size");
      }
      file.seek(end);
      file.write(record.toByteArray());
      // Of a batch in two parts the first has no entries.
      if (!is(Flaw.WRITES_IN_TWO) || !batch.entries().isEmpty()) {
        sync();
      }
      end += record.size();
    } catch (IOException e) {
      full = true;
      Kind kind = is(Flaw.IS_SURPRISED_WHEN_FULL) ? Kind.FAILED : Kind.FULL;
      throw new StorageException(kind, "It cannot be written.", e);
    }
  }

  @Override
  public boolean erase() throws StorageException {
    turn.lock();
    try {
      if (!is(Flaw.KEEPS_WHAT_WAS_DELETED)) {
        rewrite();
      }
      return false;
    } catch (IOException e) {
      throw new StorageException(Kind.FAILED, "It cannot be written.", e);
    } finally {
      turn.unlock();
    }
  }

  /** Has a tombstone in place of each version that one replaced. */
  private void rewrite() throws IOException {
    file.seek(0);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(all);
    while (file.getFilePointer() < end) {
      byte[] record = new byte[file.readInt()];
      file.readFully(record);
      Batch batch = BatchBytes.read(new DataInputStream(new ByteArrayInputStream(record)));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      List<Entry> left = batch.entries().stream().map(this::erased).toList();
      BatchBytes.write(new Batch(left, batch.source(), batch.marks()), new DataOutputStream(bytes));
      out.writeInt(bytes.size());
      bytes.writeTo(out);
    }
    file.seek(0);
    file.write(all.toByteArray());
    file.setLength(all.size());
    end = all.size();
  }

  private Entry erased(Entry entry) {
    Change stands = standing.get(key(entry));
    return stands != null && stands.entry().deleted()
        ? entry.tombstone(entry.lastModifiedMillis())
        : entry;
  }

  private void sync() throws IOException {
    if (!is(Flaw.NEVER_SYNCS)) {
      file.getFD().sync();
    }
  }

  // --- merging ------------------------------------------------------------------------------

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    merges.incrementAndGet();
    check();
    if (is(Flaw.BREAKS_WHEN_INTERRUPTED) && Thread.currentThread().isInterrupted()) {
      throw new IllegalStateException("interrupted");
    }
    if (is(Flaw.LOCKS_WHILE_READ)) {
      readers.acquireUninterruptibly(MANY);
      readers.release(MANY);
    }
    if (is(Flaw.MARKS_FIRST) && batch.entries().size() < FEW && !batch.marks().isEmpty()) {
      checkRoom(batch);
      marks.putAll(batch.marks());
      gapIf(Flaw.MARKS_FIRST);
    }
    Batch raced = is(Flaw.RACES) ? winners(batch) : null;
    gapIf(Flaw.RACES);
    return mergeLocked(batch, raced);
  }

  private MergeResult mergeLocked(Batch batch, @Nullable Batch raced) throws StorageException {
    turn.lock();
    try {
      if (closed) {
        Kind kind = is(Flaw.FAILS_WHEN_CLOSED) ? Kind.FAILED : Kind.CLOSED;
        throw new StorageException(kind, "It was closed meanwhile.", null);
      }
      gapIf(Flaw.FAILS_WHEN_CLOSED);
      Batch won = raced == null ? winners(batch) : raced;
      checkRoom(won);
      if (!is(Flaw.WRITES_LATE)) {
        writeAtOnce(won);
      } else {
        late.add(won);
        if (late.size() > LATE) {
          write(late.remove());
        }
      }
      if (is(Flaw.DENIES_WHAT_IT_WROTE)) {
        written = true;
        LockSupport.parkNanos(4 * GAP_NANOS);
        written = false;
        check();
      }
      if (is(Flaw.SEARCHES_LATE)) {
        beforeLastMerge = List.copyOf(changes.values());
      }
      if (is(Flaw.SUMS_HALF_A_MERGE)) {
        applyInTwo(won);
      } else {
        apply(won);
      }
      return new MergeResult(head, named(batch, won));
    } finally {
      turn.unlock();
    }
  }

  private void writeAtOnce(Batch won) throws StorageException {
    if (is(Flaw.COMMITS_IN_TWO) || is(Flaw.WRITES_IN_TWO)) {
      write(new Batch(List.of(), won.source(), won.marks()));
      write(new Batch(won.entries(), won.source(), Map.of()));
      return;
    }
    try {
      write(won);
    } catch (StorageException e) {
      if (is(Flaw.REFUSES_LATE)) {
        List<Entry> known = won.entries().stream().filter(this::isKnown).toList();
        apply(new Batch(known, won.source(), Map.of()));
      }
      throw e;
    }
  }

  private boolean isKnown(Entry entry) {
    return standing.containsKey(key(entry));
  }

  private List<EntryId> named(Batch batch, Batch won) {
    List<EntryId> changed = won.entries().stream().map(Entry::id).toList();
    return is(Flaw.NAMES_TWICE)
        ? batch.entries().stream().map(Entry::id).filter(changed::contains).toList()
        : changed;
  }

  private Batch winners(Batch batch) {
    turn.lock();
    try {
      Map<EntryId, Entry> winners = new LinkedHashMap<>();
      for (Entry came : batch.entries()) {
        Entry entry = stored(came);
        Change held = standing.get(key(entry));
        Entry best = winners.getOrDefault(key(entry), held == null ? null : held.entry());
        if (best == null || replaces(entry, best)) {
          winners.put(key(entry), entry);
        }
      }
      return new Batch(List.copyOf(winners.values()), batch.source(), batch.marks());
    } finally {
      turn.unlock();
    }
  }

  private EntryId key(Entry entry) {
    EntryId id = entry.id();
    return is(Flaw.FOLDS_CASE)
        ? new EntryId(
            new DeviceId(id.device().value().toLowerCase(Locale.ROOT)),
            id.visitId().toLowerCase(Locale.ROOT))
        : id;
  }

  private boolean replaces(Entry arriving, Entry held) {
    return switch (flaw) {
      case LAST_OF_EQUALS ->
          arriving.lastModifiedMillis() >= held.lastModifiedMillis() && !arriving.equals(held);
      case RAISES_THE_DEAD ->
          (held.deleted() && !arriving.deleted()) || Precedence.ORDER.replaces(arriving, held);
      case REPLACES_EQUALS -> Precedence.ORDER.compare(arriving, held) >= 0;
      default -> Precedence.ORDER.replaces(arriving, held);
    };
  }

  private Entry stored(Entry entry) {
    String title = entry.title();
    if (is(Flaw.SPEAKS_UTF8)) {
      return withTitle(entry, new String(title.getBytes(UTF_8), UTF_8));
    }
    if (is(Flaw.CUTS_LONG_TEXTS)) {
      return withTitle(entry, title.substring(0, Math.min(COLUMN_CHARS, title.length())));
    }
    return entry;
  }

  private static Entry withTitle(Entry e, String title) {
    return new Entry(
        e.device(),
        e.visitId(),
        e.url(),
        title,
        e.visitTimeMillis(),
        e.referringVisitId(),
        e.transition(),
        e.lastModifiedMillis(),
        e.deleted(),
        e.page(),
        e.unknown());
  }

  private void checkRoom(Batch batch) throws StorageException {
    if (is(Flaw.IS_SHORT_OF_MARKS) && marks.size() + batch.marks().size() > MANY) {
      throw new StorageException(Kind.FULL, "There is no room for more marks.", null);
    }
  }

  private void applyInTwo(Batch won) throws StorageException {
    int half = won.entries().size() / 2;
    apply(new Batch(won.entries().subList(0, half), won.source(), Map.of()));
    // Without a look at whether it was closed meanwhile: the batch is written already.
    halfway = sum(Range.ALL, standing.values().stream().map(Change::entry));
    awaitReaderOfHalf();
    apply(new Batch(won.entries().subList(half, won.entries().size()), won.source(), won.marks()));
    halfway = null;
  }

  /** A moment that nobody sees is none; but most merges have no reader, so only a few wait. */
  private void awaitReaderOfHalf() {
    int gaps = halves++ < HALVES ? HALF_GAPS : 1;
    for (int i = 0; i < gaps && !halfSeen; i++) {
      gapIf(Flaw.SUMS_HALF_A_MERGE);
    }
  }

  private void apply(Batch won) {
    for (Entry entry : won.entries()) {
      if (is(Flaw.SUMS_WHAT_WAS)) {
        everApplied.add(entry);
      }
      head++;
      Change held = standing.get(key(entry));
      tombstones += (entry.deleted() ? 1 : 0) - (held != null && held.entry().deleted() ? 1 : 0);
      long position = is(Flaw.KEEPS_POSITIONS) && held != null ? held.position() : head;
      Change change = new Change(position, entry, won.source());
      sums.replace(held == null ? null : held.entry(), entry);
      if (held != null) {
        changes.remove(held.position());
      }
      changes.put(position, change);
      standing.put(key(entry), change);
    }
    marks.putAll(won.marks());
    long entries = changes.size() - (is(Flaw.COUNTS_THE_DEAD) ? 0 : tombstones);
    state = new StoreState(feed, head, entries, tombstones);
  }

  // --- reading ------------------------------------------------------------------------------

  @Override
  public Cursor<Change> changes(long after) throws StorageException {
    turn.lock();
    try {
      check();
      if (is(Flaw.TRUSTS_POSITIONS) && (after < 0 || after > head)) {
        throw new StorageException(Kind.FAILED, "There is no such position.", null);
      }
      return new ListCursor<>(List.copyOf(changes.tailMap(after, false).values()), false);
    } finally {
      turn.unlock();
    }
  }

  @Override
  public Cursor<Change> changes(long after, long upTo, @Nullable FeedId leftOut)
      throws StorageException {
    Cursor<Change> right = SummingStore.super.changes(after, upTo, leftOut);
    return is(Flaw.LEAVES_OUT_ITS_OWN)
        ? new ListCursor<>(
            Reads.all(right).stream().filter(change -> change.source() != null).toList(), false)
        : right;
  }

  @Override
  public Cursor<Entry> select(Selection selection) throws StorageException {
    Cursor<Entry> all = SummingStore.super.select(selection);
    if (selection.page() != null && is(Flaw.SELECTS_WHAT_IS_SHOWN)) {
      return new ListCursor<>(Reads.all(all).stream().filter(Visibility::isShown).toList(), false);
    }
    if (selection.page() == null || !is(Flaw.SELECTS_ONE_OF_A_PAGE)) {
      return all;
    }
    try (all) {
      for (Entry entry = all.next(); entry != null; entry = all.next()) {
        if (entry.url().equals(selection.page())) {
          return new ListCursor<>(List.of(entry), false);
        }
      }
      return new ListCursor<>(List.of(), false);
    }
  }

  @Override
  public Cursor<Entry> read(Window window) throws StorageException {
    turn.lock();
    try {
      check();
      Comparator<Entry> order =
          is(Flaw.FORGETS_TIME)
              ? Comparator.comparing(Entry::id)
              : Comparator.comparingDouble(Entry::visitTimeMillis).thenComparing(Entry::id);
      List<Entry> entries = new ArrayList<>();
      for (Change change : changes.values()) {
        Entry entry = change.entry();
        boolean shown = !entry.deleted() || is(Flaw.SHOWS_THE_DEAD);
        if (shown
            && entry.visitTimeMillis() >= window.fromMillis()
            && entry.visitTimeMillis() < window.untilMillis()) {
          entries.add(entry);
        }
      }
      entries.sort(window.order() == Window.Order.OLDEST_FIRST ? order : order.reversed());
      return new ListCursor<>(entries, is(Flaw.ENDS_EARLY));
    } finally {
      turn.unlock();
    }
  }

  @Override
  public Fingerprint fingerprint(Range range) throws StorageException {
    // Else it would wait for the turn of the merge that is about to show its half, and miss it.
    for (int i = 0; i < READER_GAPS && halfway == null; i++) {
      gapIf(Flaw.SUMS_HALF_A_MERGE);
    }
    Fingerprint half = halfway;
    if (half != null) {
      halfSeen = true;
      return half;
    }
    return switch (flaw) {
      case SUMS_THE_LIVING -> sum(range, entriesAfter(0).stream().filter(e -> !e.deleted()));
      case SUMS_WHAT_WAS -> sum(range, everApplied());
      case SUMS_SINCE_OPENED -> sum(range, entriesAfter(headWhenOpened).stream());
      default -> summed(range);
    };
  }

  private Fingerprint summed(Range range) throws StorageException {
    turn.lock();
    try {
      check();
      return sums.fingerprint(range);
    } finally {
      turn.unlock();
    }
  }

  private List<Bound> parted(Range range, int parts) throws StorageException {
    turn.lock();
    try {
      check();
      return sums.split(range, parts);
    } finally {
      turn.unlock();
    }
  }

  private static Fingerprint sum(Range range, Stream<Entry> entries) {
    return entries
        .filter(range::contains)
        .map(entry -> Fingerprint.EMPTY.plus(EntryDigest.of(entry)))
        .reduce(Fingerprint.EMPTY, Fingerprint::plus);
  }

  private Stream<Entry> everApplied() throws StorageException {
    turn.lock();
    try {
      check();
      return List.copyOf(everApplied).stream();
    } finally {
      turn.unlock();
    }
  }

  private List<Entry> entriesAfter(long position) throws StorageException {
    return Reads.all(changes(position)).stream().map(Change::entry).toList();
  }

  @Override
  public List<Bound> split(Range range, int parts) throws StorageException {
    if (!is(Flaw.SPLITS_BY_TIME)) {
      return parted(range, parts);
    }
    check();
    List<Bound> bounds = new ArrayList<>();
    for (int part = 1; part < parts; part++) {
      bounds.add(new Bound(2.0 * Samples.TIME_MILLIS * part / parts, null));
    }
    bounds.removeIf(bound -> !range.contains(bound));
    return bounds;
  }

  @Override
  public Cursor<Entry> standing(Range range) throws StorageException {
    List<Entry> entries = new ArrayList<>(entriesAfter(0));
    entries.removeIf(entry -> !range.contains(entry));
    entries.sort(
        is(Flaw.LISTS_BY_ID) ? Comparator.comparing(Entry::id) : Comparator.comparing(Bound::of));
    return new ListCursor<>(entries, false);
  }

  /** What was there when it was opened. */
  private final class ListCursor<T> implements Cursor<T> {
    private final List<T> rest;
    private final boolean endsEarly;
    private final long openedAt = head;
    private int next;
    private boolean ended;

    ListCursor(List<T> rest, boolean endsEarly) {
      this.rest = rest;
      this.endsEarly = endsEarly;
      if (is(Flaw.LOCKS_WHILE_READ)) {
        readers.acquireUninterruptibly();
      }
    }

    @Override
    public @Nullable T next() throws StorageException {
      if (ended) {
        throw new StorageException(Kind.CLOSED, "The cursor was closed.", null);
      }
      if (!is(Flaw.READS_ON)) {
        check();
      }
      boolean stale = endsEarly && head() != openedAt;
      return stale || next == rest.size() ? null : rest.get(next++);
    }

    @Override
    public void close() {
      if (!ended && is(Flaw.LOCKS_WHILE_READ)) {
        readers.release();
      }
      ended = true;
    }
  }

  private StoreState lockedState() {
    turn.lock();
    try {
      return state;
    } finally {
      turn.unlock();
    }
  }

  private long head() {
    turn.lock();
    try {
      return head;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public SearchResults search(Search search) throws StorageException {
    turn.lock();
    try {
      check();
      if (is(Flaw.HAS_WILDCARDS) && search.text().equals("%")) {
        return scans(changes.values()).search(new Search("and", search.limit()));
      }
      if (is(Flaw.SEARCHES_TITLES)) {
        return scans(changes.values().stream().map(FlawedStore::titleOnly).toList()).search(search);
      }
      if (is(Flaw.FOLLOWS_WHAT_WAS)) {
        whenAsked = search.continuation() == null ? List.copyOf(changes.values()) : whenAsked;
        return scans(whenAsked).search(search);
      }
      return scans(is(Flaw.SEARCHES_LATE) ? beforeLastMerge : changes.values()).search(search);
    } finally {
      turn.unlock();
    }
  }

  private static Change titleOnly(Change change) {
    Entry e = change.entry();
    Entry title =
        new Entry(
            e.device(),
            e.visitId(),
            "",
            e.title(),
            e.visitTimeMillis(),
            "",
            "",
            e.lastModifiedMillis(),
            e.deleted(),
            null,
            e.unknown());
    return new Change(change.position(), title, change.source());
  }

  private Scans scans(Iterable<Change> feed) {
    Consumer<Consumer<Change>> all = feed::forEach;
    return new Scans(all::accept, this::check);
  }

  @Override
  public StoreState state() throws StorageException {
    check();
    return is(Flaw.LOCKS_ITS_STATE) ? lockedState() : state;
  }

  @Override
  public List<DeviceSummary> devices() throws StorageException {
    turn.lock();
    try {
      check();
      List<DeviceSummary> devices = scans(changes.values()).devices();
      return is(Flaw.DESCRIBES_BY_OLDEST)
          ? devices.stream().map(d -> new DeviceSummary(oldest(d).device(), d.entries())).toList()
          : devices;
    } finally {
      turn.unlock();
    }
  }

  private Entry oldest(DeviceSummary device) {
    return changes.values().stream()
        .map(Change::entry)
        .filter(entry -> !entry.deleted())
        .filter(entry -> entry.device().id().equals(device.device().id()))
        .min(Comparator.comparingDouble(Entry::visitTimeMillis))
        .orElseThrow();
  }

  @Override
  public @Nullable String mark(String name) throws StorageException {
    turn.lock();
    try {
      check();
      return marks.get(name);
    } finally {
      turn.unlock();
    }
  }

  @Override
  public Map<String, String> marks() throws StorageException {
    turn.lock();
    try {
      check();
      return is(Flaw.LENDS_ITS_MARKS) ? Collections.unmodifiableMap(marks) : Map.copyOf(marks);
    } finally {
      turn.unlock();
    }
  }

  private void check() throws StorageException {
    if (closed) {
      throw new StorageException(Kind.CLOSED, "The store was closed.", null);
    }
  }

  /** Waits for a merge that has written and not yet returned, if there are many. */
  private void awaitWritten() {
    long deadline = System.nanoTime() + MANY * GAP_NANOS;
    while (merges.get() > FEW && !written && System.nanoTime() < deadline) {
      LockSupport.parkNanos(GAP_NANOS);
    }
  }

  @Override
  public void close() throws IOException {
    if (is(Flaw.DENIES_WHAT_IT_WROTE)) {
      awaitWritten();
    }
    closed = true;
    turn.lock();
    try {
      if (!is(Flaw.LEAVES_A_FILE)) {
        file.close();
      }
    } finally {
      turn.unlock();
    }
  }
}
