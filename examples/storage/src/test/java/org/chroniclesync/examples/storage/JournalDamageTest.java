// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.examples.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.testkits.storage.Reads;
import org.chroniclesync.testkits.storage.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no kit can know of: how this store's file may be broken. */
class JournalDamageTest {
  private final Path file;

  JournalDamageTest(@TempDir Path folder) {
    file = folder.resolve("history.journal");
  }

  @Test
  void recordThatIsCutShortAnywhereIsDropped() throws Exception {
    byte[] one = bytesAfter(0);
    byte[] two = bytesAfter(1);
    for (int length = one.length; length < two.length; length += 37) {
      Files.write(file, Arrays.copyOf(two, length));
      try (JournalHistoryStore store = new JournalHistoryStore(file, Long.MAX_VALUE)) {
        assertThat(Reads.standing(store)).hasSize(10);
        store.merge(Samples.batch(2, 10, "n"));
        assertThat(store.mark("n")).isEqualTo("3");
      }
      try (JournalHistoryStore store = new JournalHistoryStore(file, Long.MAX_VALUE)) {
        assertThat(Reads.standing(store)).hasSize(20);
      }
    }
  }

  @Test
  void damageInTheMiddleIsReportedAndLeftAsItIs() throws Exception {
    bytesAfter(0);
    byte[] damaged = bytesAfter(1);
    damaged[100] ^= 1;
    Files.write(file, damaged);
    StorageException e =
        catchThrowableOfType(
            StorageException.class, () -> new JournalHistoryStore(file, Long.MAX_VALUE));
    assertThat(e.kind()).isEqualTo(StorageException.Kind.CORRUPT);
    assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
  }

  @Test
  void fileBelongsToOneStoreAtATime() throws Exception {
    try (JournalHistoryStore first = new JournalHistoryStore(file, Long.MAX_VALUE)) {
      StorageException e =
          catchThrowableOfType(
              StorageException.class, () -> new JournalHistoryStore(file, Long.MAX_VALUE));
      assertThat(e).hasMessageContaining("in use");
      first.merge(Samples.batch(0, 10, "n"));
    }
  }

  /** Merges one more batch and returns what the file is then. */
  private byte[] bytesAfter(int batch) throws Exception {
    try (JournalHistoryStore store = new JournalHistoryStore(file, Long.MAX_VALUE)) {
      store.merge(Samples.batch(batch, 10, "n"));
    }
    return Files.readAllBytes(file);
  }
}
