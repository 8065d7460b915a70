// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryId;
import org.chroniclesync.api.history.Precedence;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** Merges one batch within a transaction. */
final class Merge implements Writer.Work<MergeResult> {
  private final Batch batch;
  private final Failures failures;
  private final List<EntryId> changed = new ArrayList<>();

  Merge(Batch batch, Failures failures) {
    this.batch = batch;
    this.failures = failures;
  }

  @Override
  public MergeResult with(Writer writer) throws SQLException, StorageException {
    Long source =
        batch.source() == null || batch.entries().isEmpty()
            ? null
            : (Long) writer.interned().feed(batch.source());
    for (Entry entry : greatest(batch.entries())) {
      merge(writer, entry, source);
    }
    boolean more = false;
    for (Map.Entry<String, String> mark : batch.marks().entrySet()) {
      more |= mark(writer.database(), mark.getKey(), mark.getValue());
    }
    if (more && writer.database().number("SELECT count(*) FROM mark") > HistoryStore.MAX_MARKS) {
      throw failures.tooManyMarks();
    }
    return new MergeResult(writer.counts().head(), changed);
  }

  /** Returns whether the mark is a new one. */
  private static boolean mark(Database database, String name, String value) throws SQLException {
    Object key = Text.column(name);
    Object written = Text.column(value);
    if (database.update("INSERT INTO mark VALUES (?, ?) ON CONFLICT DO NOTHING", key, written)
        == 1) {
      return true;
    }
    database.update("UPDATE mark SET value = ?2 WHERE name = ?1 AND value <> ?2", key, written);
    return false;
  }

  /** Of several versions of one visit only the greatest can stand, so the rest is not stored. */
  private static Collection<Entry> greatest(List<Entry> entries) {
    Map<EntryId, Entry> versions = new LinkedHashMap<>(entries.size() * 2);
    for (Entry entry : entries) {
      versions.merge(
          entry.id(),
          entry,
          (held, arriving) -> Precedence.ORDER.replaces(arriving, held) ? arriving : held);
    }
    return versions.values();
  }

  private void merge(Writer writer, Entry entry, @Nullable Long source) throws SQLException {
    // Most visits are new, so this asks only about those that turn out not to be.
    if (write(writer, EntryRows.INSERT_IF_NEW, entry, source)) {
      writer.count(writer.counts().advanced(entry.deleted() ? 0 : 1, entry.deleted() ? 1 : 0));
      changed.add(entry.id());
      return;
    }
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
      held = EntryRows.entry(row);
    }
    if (Precedence.ORDER.replaces(entry, held)) {
      replace(writer, held, position, entry, source);
    }
  }

  private void replace(Writer writer, Entry held, long position, Entry entry, @Nullable Long source)
      throws SQLException {
    write(writer, EntryRows.REPLACE, entry, source);
    if (!held.deleted() && position <= writer.counts().indexed()) {
      writer.database().update("INSERT INTO gone VALUES (?)", position);
    }
    int more = (held.deleted() ? 1 : 0) - (entry.deleted() ? 1 : 0);
    writer.count(writer.counts().advanced(more, -more));
    changed.add(entry.id());
  }

  private static boolean write(Writer writer, String sql, Entry entry, @Nullable Long source)
      throws SQLException {
    PreparedStatement statement = writer.database().statement(sql);
    Interned interned = writer.interned();
    EntryRows.bind(
        statement,
        writer.counts().head() + 1,
        interned.origin(entry.device().id()),
        interned.device(entry.device()),
        source,
        entry);
    return statement.executeUpdate() == 1;
  }
}
