// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.storage.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.chroniclesync.api.history.Entry;
import org.chroniclesync.api.history.EntryDigest;
import org.chroniclesync.api.storage.Bound;
import org.chroniclesync.api.storage.Fingerprint;
import org.chroniclesync.api.storage.Range;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.storage.Window;
import org.chroniclesync.testkits.storage.Reads;

/** A file as version 1 wrote it: 38 visits all over time, 5 of them deleted. */
final class FirstVersion {
  private FirstVersion() {}

  static void put(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (InputStream packed = FirstVersion.class.getResourceAsStream("history-1.db.gz");
        InputStream old = new GZIPInputStream(Objects.requireNonNull(packed))) {
      Files.copy(old, file);
    }
  }

  /** Checks that a store has all of it, and its sums. */
  static void check(SqliteHistoryStore store) throws StorageException {
    assertThat(store.state().entries()).isEqualTo(33);
    assertThat(store.mark("mark")).isEqualTo("3");
    checkSums(store);
    assertThat(Reads.all(store.read(Window.all(Window.Order.OLDEST_FIRST)))).hasSize(33);
  }

  static void checkSums(SqliteHistoryStore store) throws StorageException {
    List<Entry> entries = Reads.all(store.standing(Range.ALL));
    assertThat(entries).containsExactlyInAnyOrderElementsOf(Reads.standing(store).values());
    for (int from = 0; from < entries.size(); from++) {
      Fingerprint sum = Fingerprint.EMPTY;
      for (Entry entry : entries.subList(from, entries.size())) {
        sum = sum.plus(EntryDigest.of(entry));
      }
      Range range = new Range(Bound.of(entries.get(from)), Bound.END);
      assertThat(store.fingerprint(range)).isEqualTo(sum);
    }
  }
}
