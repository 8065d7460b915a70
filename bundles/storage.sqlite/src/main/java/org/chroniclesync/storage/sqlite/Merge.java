// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.history.Visibility;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.MergeResult;
import org.jspecify.annotations.Nullable;

/** Merges one batch within a transaction. */
final class Merge implements Writer.Work<MergeResult> {
  /** Few enough for what is bound to stay small, and enough for the driver's calls not to count. */
  private static final int WRITTEN_AT_ONCE = 500;

  /** So many replace others only where very many do. */
  private static final int MANY = 1_000;

  /** One that has its value already is not written again. */
  private static final String MARK =
      "INSERT INTO mark VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2"
          + " WHERE value <> ?2";

  private final Batch batch;
  private final List<EntryId> changed = new ArrayList<>();
  private final Sums sums = new Sums();
  private int buried;

  Merge(Batch batch) {
    this.batch = batch;
  }

  @Override
  public MergeResult with(Writer writer) throws SQLException {
    Long source =
        batch.source() == null || batch.entries().isEmpty()
            ? null
            : (Long) writer.interned().feed(batch.source());
    Counts before = writer.counts();
    List<Replacement> replacements = new ArrayList<>();
    Map<EntryId, Entry> others = greatest(batch.entries());
    // What is deleted is there nearly always, and other visits nearly never.
    List<Entry> deleted = others.values().stream().filter(Entry::deleted).toList();
    others.keySet().removeAll(compare(deleted, held(writer, deleted), replacements));
    List<Entry> known = insertNew(writer, others, source);
    if (compare(known, held(writer, known), replacements).size() < known.size()) {
      throw new SQLException("a visit is there and not there");
    }
    writer.log(replacements.size() >= MANY ? Writer.Log.LARGE : Writer.Log.USUAL);
    replace(writer, replacements, source);
    if (before.waiting() <= Indexer.STEP_ROWS
        && batch.entries().stream().allMatch(Entry::deleted)) {
      Indexer.listBefore(writer, before.head());
    }
    sums.write(writer.database());
    if (buried > 0) {
      Erasing.buried(writer.database(), buried, System.currentTimeMillis());
    }
    for (Map.Entry<String, String> mark : batch.marks().entrySet()) {
      writer.database().update(MARK, Text.column(mark.getKey()), Text.column(mark.getValue()));
    }
    return new MergeResult(writer.counts().head(), changed);
  }

  /** Of several versions of one visit only the greatest can stand, so the rest is not stored. */
  private static Map<EntryId, Entry> greatest(List<Entry> entries) {
    Map<EntryId, Entry> versions = new LinkedHashMap<>(entries.size() * 2);
    for (Entry entry : entries) {
      versions.merge(
          entry.id(),
          entry,
          (held, arriving) -> Precedence.ORDER.replaces(arriving, held) ? arriving : held);
    }
    return versions;
  }

  /**
   * Most visits are new, so this asks only about those that turn out not to be. Returns them.
   *
   * @param entries of one visit at most one
   */
  private List<Entry> insertNew(Writer writer, Map<EntryId, Entry> entries, @Nullable Long source)
      throws SQLException {
    List<Entry> known = new ArrayList<>();
    List<Map.Entry<EntryId, Entry>> run = new ArrayList<>(WRITTEN_AT_ONCE);
    boolean plain = true;
    for (Map.Entry<EntryId, Entry> entry : entries.entrySet()) {
      boolean isPlain = EntryRows.isPlain(entry.getValue());
      if (run.size() == WRITTEN_AT_ONCE || isPlain != plain) {
        insert(writer, plain, run, source, known);
        run.clear();
        plain = isPlain;
      }
      run.add(entry);
    }
    insert(writer, plain, run, source, known);
    return known;
  }

  /** Those that are known leave a hole in the positions, which nobody minds. */
  private void insert(
      Writer writer,
      boolean plain,
      List<Map.Entry<EntryId, Entry>> run,
      @Nullable Long source,
      List<Entry> known)
      throws SQLException {
    long head = writer.counts().head();
    int[] inserted = insert(writer, plain, run, source);
    for (int i = 0; i < inserted.length; i++) {
      Entry entry = run.get(i).getValue();
      if (inserted[i] == 1) {
        int tombstones = entry.deleted() ? 1 : 0;
        writer.count(writer.counts().advanced(head + i + 1, 1 - tombstones, tombstones));
        writer.note(head + i + 1, entry, null);
        changed.add(run.get(i).getKey());
        sums.add(entry);
      } else {
        known.add(entry);
      }
    }
  }

  /** Returns how many rows each of them has become. */
  private static int[] insert(
      Writer writer, boolean plain, List<Map.Entry<EntryId, Entry>> run, @Nullable Long source)
      throws SQLException {
    PreparedStatement statement = writer.database().statement(EntryRows.insertIfNew(plain));
    // What a failure may have left there.
    statement.clearBatch();
    long position = writer.counts().head();
    for (Map.Entry<EntryId, Entry> each : run) {
      position++;
      EntryRows.bind(statement, writer.interned(), position, source, each.getValue());
      if (!plain) {
        EntryRows.bindRare(statement, each.getValue());
      }
      statement.addBatch();
    }
    return statement.executeBatch();
  }

  /** The version that stands of a visit, and where. */
  private record Held(Entry entry, long position) {}

  private record Replacement(Entry entry, Held held) {}

  /** Returns what stands of some visits. */
  private static Map<EntryId, Held> held(Writer writer, List<Entry> entries) throws SQLException {
    Map<Long, List<byte[]>> byOrigin = new LinkedHashMap<>();
    for (Entry entry : entries) {
      byOrigin
          .computeIfAbsent(writer.interned().origin(entry.device().id()), any -> new ArrayList<>())
          .add(Text.key(entry.visitId()));
    }
    Map<EntryId, Held> held = new HashMap<>();
    for (Map.Entry<Long, List<byte[]>> each : byOrigin.entrySet()) {
      List<byte[]> visits = each.getValue();
      for (int i = 0; i < visits.size(); i += EntryRows.HELD_AT_ONCE) {
        int end = Math.min(i + EntryRows.HELD_AT_ONCE, visits.size());
        read(writer, each.getKey(), visits.subList(i, end), held);
      }
    }
    return held;
  }

  private static void read(Writer writer, long origin, List<byte[]> visits, Map<EntryId, Held> to)
      throws SQLException {
    PreparedStatement held = writer.database().statement(EntryRows.HELD);
    held.setLong(1, origin);
    for (int i = 0; i < EntryRows.HELD_AT_ONCE; i++) {
      // One that is named twice is found once.
      held.setBytes(i + 2, visits.get(Math.min(i, visits.size() - 1)));
    }
    try (ResultSet row = held.executeQuery()) {
      while (row.next()) {
        Entry entry = EntryRows.entry(writer.database(), row);
        to.put(entry.id(), new Held(entry, EntryRows.position(row)));
      }
    }
  }

  /** Notes which of some visits replace what stands. Returns those of which something stands. */
  private static Set<EntryId> compare(
      List<Entry> entries, Map<EntryId, Held> held, List<Replacement> replacements) {
    for (Entry entry : entries) {
      Held stands = held.get(entry.id());
      if (stands != null && Precedence.ORDER.replaces(entry, stands.entry())) {
        replacements.add(new Replacement(entry, stands));
      }
    }
    return held.keySet();
  }

  private void replace(Writer writer, List<Replacement> replacements, @Nullable Long source)
      throws SQLException {
    List<Listing.Visit> unlisted = new ArrayList<>();
    for (Replacement one : replacements) {
      Entry held = one.held().entry();
      long position = one.held().position();
      if (held.deleted() || !writer.counts().isListed(position)) {
        continue;
      }
      if (Visibility.isShown(held)) {
        long device = writer.interned().device(held.device());
        unlisted.add(Listing.Visit.of(held, device, position));
      } else {
        Listing.forgetHidden(writer.database(), held.url(), held.visitTimeMillis(), position);
      }
    }
    Unlisting.of(writer.database(), unlisted);
    // Tombstones lie scattered over the index by time: in its order each page is come by but once.
    replacements.sort(Comparator.comparingDouble(one -> one.entry().visitTimeMillis()));
    for (int i = 0; i < replacements.size(); i += WRITTEN_AT_ONCE) {
      write(
          writer,
          replacements.subList(i, Math.min(i + WRITTEN_AT_ONCE, replacements.size())),
          source);
    }
  }

  private void write(Writer writer, List<Replacement> some, @Nullable Long source)
      throws SQLException {
    PreparedStatement bury = writer.database().statement(EntryRows.BURY);
    PreparedStatement replace = writer.database().statement(EntryRows.REPLACE);
    // What a failure may have left there.
    bury.clearBatch();
    replace.clearBatch();
    for (Replacement one : some) {
      Entry entry = one.entry();
      Entry held = one.held().entry();
      long next = writer.counts().head() + 1;
      if (entry.deleted()) {
        EntryRows.bindTombstone(
            bury, writer.interned(), next, source, entry, one.held().position());
        bury.addBatch();
      } else {
        EntryRows.bind(replace, writer.interned(), next, source, entry);
        EntryRows.bindRare(replace, entry);
        replace.addBatch();
      }
      int more = (held.deleted() ? 1 : 0) - (entry.deleted() ? 1 : 0);
      writer.count(writer.counts().advanced(next, more, -more));
      writer.note(next, entry, held);
      buried += Math.max(0, -more);
      changed.add(entry.id());
      sums.remove(held);
      sums.add(entry);
    }
    bury.executeBatch();
    replace.executeBatch();
  }
}
