// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /** One that has its value already is not written again. */
  private static final String MARK =
      "INSERT INTO mark VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2"
          + " WHERE value <> ?2";

  private final Batch batch;
  private final List<EntryId> changed = new ArrayList<>();
  private final Sums sums = new Sums();

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
    Map<EntryId, Entry> others = new LinkedHashMap<>();
    for (Map.Entry<EntryId, Entry> one : greatest(batch.entries()).entrySet()) {
      Entry entry = one.getValue();
      // What is deleted is there nearly always, and other visits nearly never.
      Held held = entry.deleted() ? held(writer, entry) : null;
      if (held == null) {
        others.put(one.getKey(), entry);
      } else {
        compare(entry, held, replacements);
      }
    }
    for (Entry known : insertNew(writer, others, source)) {
      Held held = held(writer, known);
      if (held == null) {
        throw new SQLException("a visit is there and not there");
      }
      compare(known, held, replacements);
    }
    replace(writer, replacements, source);
    if (before.waiting() <= Indexer.STEP_ROWS
        && batch.entries().stream().allMatch(Entry::deleted)) {
      Indexer.listBefore(writer, before.head());
    }
    sums.write(writer.database());
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

  private static @Nullable Held held(Writer writer, Entry entry) throws SQLException {
    PreparedStatement held = writer.database().statement(EntryRows.HELD);
    held.setLong(1, writer.interned().origin(entry.device().id()));
    held.setBytes(2, Text.key(entry.visitId()));
    try (ResultSet row = held.executeQuery()) {
      return row.next()
          ? new Held(EntryRows.entry(writer.database(), row), EntryRows.position(row))
          : null;
    }
  }

  private static void compare(Entry entry, Held held, List<Replacement> replacements) {
    if (Precedence.ORDER.replaces(entry, held.entry())) {
      replacements.add(new Replacement(entry, held));
    }
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
      changed.add(entry.id());
      sums.remove(held);
      sums.add(entry);
    }
    bury.executeBatch();
    replace.executeBatch();
  }
}
