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
  private static final int INSERTED_AT_ONCE = 500;

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
    for (Entry known : insertNew(writer, greatest(batch.entries()), source)) {
      compare(writer, known, source);
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
    List<Map.Entry<EntryId, Entry>> run = new ArrayList<>(INSERTED_AT_ONCE);
    boolean plain = true;
    for (Map.Entry<EntryId, Entry> entry : entries.entrySet()) {
      boolean isPlain = EntryRows.isPlain(entry.getValue());
      if (run.size() == INSERTED_AT_ONCE || isPlain != plain) {
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

  private void compare(Writer writer, Entry entry, @Nullable Long source) throws SQLException {
    Database database = writer.database();
    long position;
    Entry held;
    try (ResultSet row =
        database
            .bind(
                EntryRows.HELD,
                writer.interned().origin(entry.device().id()),
                Text.key(entry.visitId()))
            .executeQuery()) {
      if (!row.next()) {
        throw new SQLException("a visit is there and not there");
      }
      position = EntryRows.position(row);
      held = EntryRows.entry(database, row);
    }
    if (Precedence.ORDER.replaces(entry, held)) {
      replace(writer, held, position, entry, source);
    }
  }

  private void replace(Writer writer, Entry held, long position, Entry entry, @Nullable Long source)
      throws SQLException {
    long next = writer.counts().head() + 1;
    PreparedStatement statement = writer.database().statement(EntryRows.REPLACE);
    EntryRows.bind(statement, writer.interned(), next, source, entry);
    EntryRows.bindRare(statement, entry);
    statement.executeUpdate();
    if (Visibility.isShown(held) && writer.counts().isListed(position)) {
      long device = writer.interned().device(held.device());
      Listing.remove(writer.database(), held, device, position);
    }
    int more = (held.deleted() ? 1 : 0) - (entry.deleted() ? 1 : 0);
    writer.count(writer.counts().advanced(next, more, -more));
    changed.add(entry.id());
    sums.remove(held);
    sums.add(entry);
  }
}
