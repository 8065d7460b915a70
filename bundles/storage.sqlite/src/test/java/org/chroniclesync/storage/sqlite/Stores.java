// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.storage.Batch;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.testkits.storage.Samples;

/** Opens stores in one directory. */
record Stores(Path directory) {
  static final long NOW_MILLIS = 1_790_000_000_000L;

  Path file() {
    return directory.resolve("history.db");
  }

  SqliteHistoryStore open() throws StorageException {
    return open(Map.of());
  }

  /** Opens it with some of the configuration other than the default. */
  SqliteHistoryStore open(Map<String, Object> changed) throws StorageException {
    return open(changed, Schema.CURRENT);
  }

  SqliteHistoryStore open(Map<String, Object> changed, Schema schema) throws StorageException {
    return new SqliteHistoryStore(
        Settings.of(new TestConfig(file().toString(), changed).proxy()), schema);
  }

  SqliteHistoryStore open(Rewriter.Limits limits) throws StorageException {
    return new SqliteHistoryStore(
        Settings.of(new TestConfig(file().toString(), Map.of()).proxy()), Schema.CURRENT, limits);
  }

  /** Visits of a device that no other number has. */
  static Batch batch(String device, int entries, int number) {
    List<Entry> visits = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      visits.add(Samples.entry(device, number + "-" + i, "page"));
    }
    return Batch.of(visits);
  }

  /** A visit of a page of its own. */
  static Entry visit(int number, String url, String title) {
    Entry page = Samples.entry("a", "visit-" + number, title);
    return new Entry(
        page.device(),
        page.visitId(),
        url,
        page.title(),
        page.visitTimeMillis() + number,
        "",
        "link",
        page.lastModifiedMillis(),
        false,
        null,
        page.unknown());
  }

  /** Erases until nothing is left to do. */
  static void erase(SqliteHistoryStore store) throws StorageException {
    boolean more = true;
    while (more) {
      more = store.erase();
    }
  }
}
