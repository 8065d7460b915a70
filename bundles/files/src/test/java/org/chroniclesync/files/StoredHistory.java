// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.crypto.Identity;
import org.chroniclesync.api.exporter.HistoryExport;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.Cursor;
import org.chroniclesync.api.storage.HistoryStore;
import org.chroniclesync.api.storage.MergeResult;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.api.sync.Deletions;
import org.chroniclesync.api.sync.History;
import org.chroniclesync.api.sync.Node.Watch;
import org.chroniclesync.storage.memory.MemoryHistoryStore;

/** A history in memory, and what imports into it and exports from it. */
final class StoredHistory implements History {
  private final HistoryStore store = new MemoryHistoryStore(1_000_000);
  private final HistoryFiles files;

  StoredHistory(Path temporary) {
    this(temporary, new FixedRules());
  }

  StoredHistory(Path temporary, FixedRules rules) {
    this(temporary, rules, TestIdentity.of("the words"));
  }

  StoredHistory(Path temporary, FixedRules rules, Identity identity) {
    files = new HistoryFiles(this, rules, rules.pause(), identity, temporary);
  }

  @Override
  public MergeResult merge(Batch batch) throws StorageException {
    return store.merge(batch);
  }

  @Override
  public <R> R borrow(Operation<R> operation) throws StorageException {
    return operation.apply(store);
  }

  @Override
  public Deletions deletions() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Watch watch(Watcher watcher) {
    throw new UnsupportedOperationException("nobody watches here");
  }

  List<Entry> entries() throws StorageException {
    List<Entry> entries = new ArrayList<>();
    try (Cursor<Entry> cursor = store.read(Window.all(Window.Order.OLDEST_FIRST))) {
      for (Entry entry = cursor.next(); entry != null; entry = cursor.next()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  FileImport importer() {
    return files;
  }

  HistoryExport exporter() {
    return files;
  }

  List<FileImport.Report> read(Path... paths) throws Exception {
    return files.read(new FileImport.Request(List.of(paths), false, null), progress -> {});
  }

  /** Reads a single source, which must be the only one that is told of. */
  FileImport.Report readOne(Path path) throws Exception {
    List<FileImport.Report> reports = read(path);
    if (reports.size() != 1) {
      throw new AssertionError("one report was expected: " + reports);
    }
    return reports.get(0);
  }
}
